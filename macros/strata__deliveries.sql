{#
    The rows that arrived of a raw table by business day, as known at `strata__known_at`:
    source_table, delivered_date, row_count.
    Arguments: table.
#}
{% macro strata__deliveries(table) %}
    {%- set declared = source('strata', table) -%}
    {%- set raw = strata__raw_table(table) if execute else {'found': []} -%}
    {%- if not raw.found -%}
        {{- return("select '" ~ table ~ "' as source_table, cast('1900-01-01' as date) as delivered_date, "
            ~ "cast(0 as bigint) as row_count where false") -}}
    {%- endif -%}
    {%- set read = strata__typed_columns(raw) -%}
    {%- set delivered = strata__delivered_date(read.columns[read.arrived_by] if read.arrived_by) -%}
    select
        '{{ table }}' as source_table,
        {{ delivered }} as delivered_date,
        count(*) as row_count
    from {{ declared }} as raw_row
    {{- ' where ' ~ read.is_known if read.is_known }}
    group by {{ delivered }}
{% endmacro %}
