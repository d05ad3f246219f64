{#
    An amount in the reporting currency.
    Arguments: amount, a decimal(18, 2); rate, a decimal(18, 8).
    Why wider first: of two decimals of 18 digits DuckDB makes one of 18, which overflows.
#}
{% macro strata__converted(amount, rate) %}
    {{- return(
        'cast(cast(' ~ amount ~ ' as decimal(19, 2)) * ' ~ rate ~ ' as decimal(18, 2))'
    ) -}}
{% endmacro %}
