{#
    How DuckDB makes our models. dbt's own way builds beside what stands, renames twice,
    drops, and asks for the columns of all of them: eight statements a model, most of
    the time of a model that does little. Here a model is one call in one transaction:
        view         left alone while its SQL and all that it reads are what they were
        table        put in the place of the one that stands
        incremental  left alone where no key is touched
    A contract is checked where the model is not what it was at the last settled build.
    dbt takes these in our own project; elsewhere it takes its own, to the same end.
#}
{% materialization view, adapter='duckdb' %}
    {%- set view = this.incorporate(type='view') -%}
    {%- set mark = local_md5(sql ~ strata__definitions().get(model.unique_id)) -%}
    {%- if strata__of_run().get('views', {}).get(view.render()) == mark -%}
        {%- call noop_statement('main', 'KEPT') -%} {{ sql }} {%- endcall -%}
        {{- return({'relations': [view]}) -}}
    {%- endif -%}
    {{- strata__begin_model() -}}
    {%- call statement('main') -%}
        {%- if config.get('contract').enforced -%} {{- get_assert_columns_equivalent(sql) -}} {%- endif -%}
        {{ strata__drop_other(view) }}
        create or replace view {{ view }} as (
        {{ sql }}
        );
        comment on view {{ view }} is '{{ mark }}'
    {%- endcall -%}
    {{- strata__finish_model(view) -}}
    {{- return({'relations': [view]}) -}}
{% endmaterialization %}

{% materialization table, adapter='duckdb' %}
    {%- set table = this.incorporate(type='table') -%}
    {{- strata__begin_model() -}}
    {%- call statement('main') -%} {{ strata__replace_table(table, sql) }} {%- endcall -%}
    {{- strata__finish_model(table) -}}
    {{- return({'relations': [table]}) -}}
{% endmaterialization %}

{% materialization incremental, adapter='duckdb' %}
    {%- set table, standing = this.incorporate(type='table'), load_cached_relation(this) -%}
    {%- set is_anew = standing is none or standing.type != 'table' or should_full_refresh() -%}
    {%- if not is_anew and config.get('incremental_strategy') == 'touched' and not run_query(strata__touched_keys()) -%}
        {%- call noop_statement('main', 'UNTOUCHED') -%} {{ sql }} {%- endcall -%}
        {{- return({'relations': [table]}) -}}
    {%- endif -%}
    {{- strata__begin_model() -}}
    {%- call statement('main') -%}
        {{- strata__replace_table(table, sql) if is_anew else strata__continue_table(table, sql) -}}
    {%- endcall -%}
    {{- strata__finish_model(table) -}}
    {{- return({'relations': [table]}) -}}
{% endmaterialization %}

{#-
    Statements that put a table in the place of what stands. A log may read itself as it
    stood, so it must not be gone before the new rows are there.
-#}
{% macro strata__replace_table(table, sql) %}
    {{ strata__drop_other(table) }}
    {%- set is_checked = config.get('contract').enforced -%}
    {%- if is_checked and not strata__is_unchanged() -%} {{- get_assert_columns_equivalent(sql) -}} {%- endif -%}
    {%- if is_checked and not config.get('meta', {}).get('is_log') -%}
        create or replace table {{ table }} {{ get_table_columns_and_constraints() }};
        insert into {{ table }} {{ get_select_subquery(sql) }}
    {%- else -%}
        create or replace table {{ table }} as (
        {{ sql }}
        )
    {%- endif -%}
{% endmacro %}

{#-
    Statements that write what an incremental model says now into its table. Where the
    model is another one, or the table is not what it declares, dbt compares the two.
-#}
{% macro strata__continue_table(table, sql) %}
    {%- set news = table.incorporate(path={'database': none, 'schema': none, 'identifier': table.identifier ~ '_news'}) -%}
    {%- set create = 'create or replace temporary table ' ~ news ~ ' as (\n' ~ sql ~ '\n)' -%}
    {%- set columns, found, declared = adapter.get_columns_in_relation(table), [], [] -%}
    {%- for column in columns -%} {%- do found.append(column.name ~ ' ' ~ column.dtype | lower) -%} {%- endfor -%}
    {%- for column in model.columns.values() -%} {%- do declared.append(column.name ~ ' ' ~ strata__type(column.data_type | lower)) -%} {%- endfor -%}
    {%- if strata__is_unchanged() and found | join(',') | replace(' ', '') == declared | join(',') | replace(' ', '') -%}
        {{ create }};
    {%- else -%}
        {%- if config.get('contract').enforced -%} {{- get_assert_columns_equivalent(sql) -}} {%- endif -%}
        {%- do run_query(create) -%}
        {%- do process_schema_changes(config.get('on_schema_change'), news, table) -%}
    {%- endif -%}
    {{ adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy'))(
        {'target_relation': table, 'temp_relation': news, 'dest_columns': columns}
    ) }};
    drop table {{ news }}
{% endmacro %}

{#- Whether the model and all it reads is what it was at the last settled build. -#}
{% macro strata__is_unchanged() %}
    {{- return(model.unique_id in strata__of_run().get('unchanged', [])) -}}
{% endmacro %}

{#- A table in the place of a view, or the other way round. -#}
{% macro strata__drop_other(relation) %}
    {%- set standing = load_cached_relation(this) -%}
    {%- if standing is not none and standing.type != relation.type -%}
        {%- do adapter.cache_dropped(standing) -%}
        drop {{ standing.type }} {{ standing }};
    {%- endif -%}
{% endmacro %}

{% macro strata__begin_model() %}
    {{- run_hooks(pre_hooks, inside_transaction=false) -}}
    {{- run_hooks(pre_hooks) -}}
{% endmacro %}

{% macro strata__finish_model(relation) %}
    {%- do persist_docs(relation, model) -%}
    {{- run_hooks(post_hooks) -}}
    {%- do adapter.commit() -%}
    {{- run_hooks(post_hooks, inside_transaction=false) -}}
{% endmacro %}

{#
    What the views that stand were made of, for those that need not be made again.
    Returns: {relation: mark}.
#}
{% macro strata__marked_views() %}
    {{- return(adapter.dispatch('strata__marked_views', 'strata')()) -}}
{% endmacro %}

{% macro default__strata__marked_views() %}
    {{- return({}) -}}
{% endmacro %}

{% macro duckdb__strata__marked_views() %}
    {%- set marks = {} -%}
    {%- for database, schema, name, mark in run_query(
        'select database_name, schema_name, view_name, comment from duckdb_views() where comment is not null'
    ).rows -%}
        {%- do marks.update({api.Relation.create(database=database, schema=schema, identifier=name).render(): mark}) -%}
    {%- endfor -%}
    {{- return(marks) -}}
{% endmacro %}
