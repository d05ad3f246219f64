{#
    Days from a date to the next anniversary of another, 1 to 366, as a bigint; null
    where strata__full_years is. Who was born on 29 February has the 28th in other years.
    Arguments: date, the day that returns each year; as_of_date.
#}
{% macro strata__days_until(date, as_of_date) %}
    {%- set years = strata__full_years(date, as_of_date) -%}
    {%- set next = strata__add_years(date, '(' ~ years ~ ') + 1') -%}
    {{- return(
        'case when ' ~ next ~ ' > ' ~ as_of_date
        ~ ' then ' ~ strata__days_between(as_of_date, next)
        ~ ' else ' ~ strata__days_between(
            as_of_date, strata__add_years(date, '(' ~ years ~ ') + 2')
        ) ~ ' end'
    ) -}}
{% endmacro %}
