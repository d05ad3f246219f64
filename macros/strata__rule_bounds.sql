{#
    The bounds of a condition as one interval, the first value in it and the first after
    it, whatever its operator.
    Arguments: rule, the alias of a relation with operator, threshold_mode, low_bound and
    high_bound, of which a cut is the first value that is beyond its share; end, first or
    after.
#}
{% macro strata__rule_bounds(rule, end) %}
    {%- set low, high = rule ~ '.low_bound', rule ~ '.high_bound' -%}
    {%- set is_exact = rule ~ ".threshold_mode = 'absolute'" -%}
    {%- if end == 'first' -%}
        {{- return(
            'case when ' ~ rule ~ ".operator = 'gt' and " ~ is_exact ~ ' then '
            ~ strata__next_double(low)
            ~ ' when ' ~ low ~ ' is null then -' ~ strata__infinity()
            ~ ' else ' ~ low ~ ' end'
        ) -}}
    {%- endif -%}
    {{- return(
        'case when ' ~ rule ~ ".operator in ('eq', 'ne') then " ~ strata__next_double(low)
        ~ ' when ' ~ rule ~ ".operator in ('lte', 'between') and " ~ is_exact ~ ' then '
        ~ strata__next_double(high)
        ~ ' when ' ~ high ~ ' is null then ' ~ strata__infinity()
        ~ ' else ' ~ high ~ ' end'
    ) -}}
{% endmacro %}
