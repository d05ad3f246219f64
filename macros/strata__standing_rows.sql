{#
    The rows of a staging table, as the last build left them, that share their key with
    a changed raw row: a delivery of another day may have taken the place of theirs.
    Arguments: table; changed, the name of a relation with source_table and row_key.
#}
{% macro strata__standing_rows(table, changed) %}
    {%- if not execute -%} {{- return('select * from ' ~ source('strata', table)) -}} {%- endif -%}
    {%- set raw = strata__raw_table(table) -%}
    {%- set arrived_by = strata__typed_columns(raw).arrived_by %}
    select
        '{{ table }}' as source_table,
        {{ strata__row_key(raw, 'staged') }} as row_key,
        {{ strata__arrived_date('staged.' ~ arrived_by if arrived_by) }} as arrived_date
        {{- strata__ids_of(raw, 'staged') }}
    from {{ strata__previous('stg_strata__' ~ table) }} as staged
    where {{ strata__row_key(raw, 'staged') }} in (
        select changed.row_key from {{ changed }} as changed where changed.source_table = '{{ table }}'
    )
{% endmacro %}
