{#
    Whether a day is one of the last ones up to the as-of day, or no number of days is
    asked for.
    Arguments: day, a date; days, a column with a number of days or null; clock, the
    alias of core_clock.
#}
{% macro strata__is_recent(day, days, clock) %}
    {{- return(
        '(' ~ days ~ ' is null or ' ~ day ~ ' > '
        ~ strata__add_days(clock ~ '.as_of_date', '-' ~ days) ~ ')'
    ) -}}
{% endmacro %}
