{#
    A column of a raw table as its contract type; null where the value does not suit it.
    Arguments: column, of the contract.
    Why not just a cast: doubles also hold NaN, infinity and numbers beyond the decimals
    of the models, which would stop the build later. 1e12 leaves room in the narrowest,
    decimal(18, 4).
#}
{% macro strata__contract_cast(column) %}
    {%- set value = strata__try_cast('raw_row.' ~ column.name, column.data_type) -%}
    {%- if column.data_type == 'double' -%}
        {{- return('case when abs(' ~ value ~ ') < 1e12 then ' ~ value ~ ' end') -}}
    {%- endif -%}
    {{- return(value) -}}
{% endmacro %}
