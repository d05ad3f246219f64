{#
    Days from a date to the next anniversary of another, 1 to 366, as a bigint; null
    where strata__full_years is.
    Arguments: date, the day that returns each year; as_of_date.
#}
{% macro strata__days_until(date, as_of_date) %}
    {%- set years = strata__full_years(date, as_of_date) -%}
    {{- return(strata__days_between(
        as_of_date, strata__add_years(date, '(' ~ years ~ ') + 1')
    )) -}}
{% endmacro %}
