{#
    What arrived of a raw table, by day of arrival: source_table, arrived_date,
    row_count, row_fingerprint. One scan of the table, whole rows.
    Arguments: table.
#}
{% macro strata__arrivals(table) %}
    {%- set declared = source('strata', table) -%}
    {%- set raw = strata__raw_table(table) if execute else {'found': []} -%}
    {%- if not raw.found -%}
        {{- return("select '" ~ table ~ "' as source_table, cast('1900-01-01' as date) as arrived_date, "
            ~ "cast(0 as bigint) as row_count, "
            ~ "'' as row_fingerprint where false") -}}
    {%- endif -%}
    {%- set read = strata__typed_columns(raw) -%}
    {%- set arrived = strata__arrived_date(read.columns[read.arrived_by] if read.arrived_by) -%}
    {%- set columns = [] -%}
    {%- for name in raw.columns if name in raw.found -%} {%- do columns.append('raw_row.' ~ name) -%} {%- endfor -%}
    select
        '{{ table }}' as source_table,
        {{ arrived }} as arrived_date,
        count(*) as row_count,
        {{ strata__fingerprint(columns) }} as row_fingerprint
    from {{ declared }} as raw_row
    group by {{ arrived }}
{% endmacro %}
