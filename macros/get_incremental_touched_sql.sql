{#
    The incremental strategy `touched`: deletes the rows of the touched keys, then
    inserts what the query says of them now, in one transaction. A key that yields no
    row any more vanishes.
    The model says in `meta.touched` by which model before it (`by`) and on which of its
    columns (`keys`, a list, or {column: column there}), and, where only what is not older
    is touched, `since`, {column: column there}; a staging table is touched by
    the keys of its raw table.
    Why not delete+insert: it deletes only what the new rows name.
#}
{% macro get_incremental_touched_sql(arg_dict) %}
    {%- set touched = config.get('meta').touched -%}
    {%- set target_relation, columns = arg_dict['target_relation'], [] -%}
    {%- for column in arg_dict['dest_columns'] -%} {%- do columns.append(adapter.quote(column.name)) -%} {%- endfor -%}
    {%- set conditions = [] -%}
    {%- if touched.get('keys') -%}
        {%- set pairs = touched['keys'].items() if touched['keys'] is mapping else zip(touched['keys'], touched['keys']) -%}
        {%- for ours, theirs in pairs -%}
            {%- do conditions.append('standing.' ~ ours ~ ' = touched.' ~ theirs) -%}
        {%- endfor -%}
        {%- for ours, theirs in touched.get('since', {}).items() -%}
            {%- do conditions.append('standing.' ~ ours ~ ' >= touched.' ~ theirs) -%}
        {%- endfor -%}
    {%- else -%}
        {%- set table = this.identifier | replace('stg_strata__', '') -%}
        {%- do conditions.append("touched.source_table = '" ~ table ~ "'") -%}
        {%- do conditions.append(strata__row_key(strata__raw_table(table), 'standing') ~ ' = touched.row_key') -%}
    {%- endif -%}
    delete from {{ target_relation }} as standing
    using {{ graph.nodes['model.strata.' ~ touched.by].relation_name }} as touched
    where {{ conditions | join(' and ') }};
    insert into {{ target_relation }} ({{ columns | join(', ') }})
    select {{ columns | join(', ') }}
    from {{ arg_dict['temp_relation'] }}
{% endmacro %}
