{#
    The first day of the period of a date, by a grain that is data.
    Arguments: grain, an expression: day, week, month or quarter; date.
#}
{% macro strata__period_of(grain, date) %}
    {{- return(
        'case ' ~ grain ~ " when 'day' then " ~ date
        ~ " when 'week' then " ~ strata__week_of(date)
        ~ " when 'month' then " ~ strata__month_of(date)
        ~ " when 'quarter' then cast(date_trunc('quarter', " ~ date ~ ') as date) end'
    ) -}}
{% endmacro %}

{#
    Whole periods from the first day of one period to the first day of another.
    Arguments: grain, an expression: day, week or month; from_date, to_date.
#}
{% macro strata__periods_between(grain, from_date, to_date) %}
    {{- return(
        'case ' ~ grain
        ~ " when 'day' then " ~ strata__days_between(from_date, to_date)
        ~ " when 'week' then cast(floor(" ~ strata__days_between(from_date, to_date)
        ~ ' / 7.0) as bigint)'
        ~ " when 'month' then " ~ strata__months_between(from_date, to_date) ~ ' end'
    ) -}}
{% endmacro %}

{#
    Whether a date is the last day of its period, by a grain that is data.
    Arguments: grain, an expression: day, week, month or quarter; date.
#}
{% macro strata__is_period_end(grain, date) %}
    {{- return(
        '(' ~ strata__period_of(grain, strata__add_days(date, 1)) ~ ' = '
        ~ strata__add_days(date, 1) ~ ')'
    ) -}}
{% endmacro %}
