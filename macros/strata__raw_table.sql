{#
    What is known of a raw table: its contract and what of it exists.
    Arguments: table, a name of the input contract.
    Returns: {columns: {name: contract column}, meta, relation, found: [column names]};
    relation is none where the table is absent, which counts as empty. Asked once a run
    and kept beside the graph.
#}
{% macro strata__raw_table(table) %}
    {%- set declared = source('strata', table) -%}
    {%- set known = strata__of_run().setdefault('raw_tables', {}) -%}
    {%- if table in known -%} {{- return(known[table]) -}} {%- endif -%}
    {%- set contract = graph.sources.values()
        | selectattr('source_name', 'equalto', 'strata')
        | selectattr('package_name', 'equalto', 'strata')
        | selectattr('name', 'equalto', table) | first -%}
    {%- set relation = load_relation(declared) -%}
    {%- set found = [] -%}
    {%- if relation is not none -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do found.append(column.name | lower) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do known.update({table: {
        'columns': contract.columns,
        'meta': contract.config.meta,
        'relation': relation,
        'found': found,
    }}) -%}
    {{- return(known[table]) -}}
{% endmacro %}
