{#
    The rows of a raw table that arrived on given days, as they are there now and as
    staging had or refused them: source_table, row_key, arrived_date, and the ids that
    they speak of.
    Arguments: table; days, the name of a relation with source_table and arrived_date.
#}
{% macro strata__changed_rows(table, days) %}
    {%- set declared = source('strata', table) -%}
    {%- if not execute -%} {{- return('select * from ' ~ declared) -}} {%- endif -%}
    {%- set raw = strata__raw_table(table) -%}
    {%- set read = strata__typed_columns(raw) -%}
    {%- set arrived_by = read.arrived_by -%}
    {%- set changed = ' in (select days.arrived_date from ' ~ days
        ~ " as days where days.source_table = '" ~ table ~ "')" -%}
    {%- set arrived = strata__arrived_date(read.columns[arrived_by] if arrived_by) -%}
    {%- set staged = strata__arrived_date('staged.' ~ arrived_by if arrived_by) -%}
    {%- if raw.found %}
    select
        '{{ table }}' as source_table,
        {{ strata__row_key(raw, 'raw_row', read.columns) }} as row_key,
        {{ arrived }} as arrived_date
        {{- strata__ids_of(raw, read.columns) }}
    from {{ declared }} as raw_row
    where {{ arrived }}{{ changed }}
    union
    {%- endif %}
    select
        '{{ table }}' as source_table,
        {{ strata__row_key(raw, 'staged') }} as row_key,
        {{ staged }} as arrived_date
        {{- strata__ids_of(raw, 'staged') }}
    from {{ strata__previous('stg_strata__' ~ table) }} as staged
    where {{ staged }}{{ changed }}
    union
    select
        '{{ table }}' as source_table,
        rejected.row_key,
        rejected.arrived_date
        {{- strata__ids_of(raw, none) }}
    from {{ strata__previous('stg_strata__rejected_rows') }} as rejected
    where rejected.source_table = '{{ table }}' and rejected.arrived_date{{ changed }}
{% endmacro %}
