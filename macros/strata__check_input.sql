{#
    Looks at the raw tables before anything runs. Stops the run with one sentence if
    neither events nor orders exist, a required column is missing or the policy of
    identity is unknown; says which optional tables are absent. Runs at the start of
    `dbt build` and `dbt run` only, where something of Strata is to be built.
#}
{% macro strata__check_input() %}
    {%- if not execute or flags.WHICH not in ('build', 'run')
        or '.strata.' not in selected_resources | join(' ') -%} {{- return('') -}} {%- endif -%}
    {%- do strata__check_package() -%}
    {%- set policies = ['connected', 'never_merge_identified', 'last_login'] -%}
    {%- if var('strata__identity_policy') not in policies -%}
        {%- do exceptions.raise_compiler_error(
            'Strata: strata__identity_policy is "' ~ var('strata__identity_policy')
            ~ '", and identity knows ' ~ policies | join(', ') ~ ' only. Set it to one of'
            ~ ' them in dbt_project.yml or with --vars.') -%}
    {%- endif -%}
    {%- set absent = [] -%}
    {%- for node in graph.sources.values()
        | selectattr('source_name', 'equalto', 'strata')
        | selectattr('package_name', 'equalto', 'strata') -%}
        {%- set raw = strata__raw_table(node.name) -%}
        {%- if raw.relation is none -%}
            {%- do absent.append(node.name) -%}
        {%- else -%}
            {%- for column in raw.columns.values()
                if column.config.meta.get('required') and column.name not in raw.found -%}
                {%- do exceptions.raise_compiler_error(
                    'Strata: the raw table ' ~ raw.relation.schema ~ '.' ~ raw.relation.identifier
                    ~ ' has no column "' ~ column.name ~ '" (' ~ column.description
                    ~ '), which the input contract requires. Add the column to the table, or'
                    ~ ' point strata__raw_tables to a view that has it.') -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if 'events' in absent and 'orders' in absent -%}
        {%- do exceptions.raise_compiler_error(
            'Strata: the schema "' ~ var('strata__raw_schema') ~ '" holds neither events nor orders,'
            ~ ' and one of them is needed. Load some with "strata load contract FOLDER", or set'
            ~ ' strata__raw_schema and strata__raw_tables to where they are.') -%}
    {%- endif -%}
    {%- if absent -%}
        {%- do log('Strata: no raw table ' ~ absent | join(', ') ~ '; each counts as empty.', info=true) -%}
    {%- endif -%}
    {{- return('') -}}
{% endmacro %}
