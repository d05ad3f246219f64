{#
    The first day of the period of a date, by a grain that is data.
    Arguments: grain, an expression: hour (of which it is the day), day, week, month or
    quarter; date.
#}
{% macro strata__period_of(grain, date) %}
    {{- return(
        'case ' ~ grain ~ " when 'day' then " ~ date ~ " when 'hour' then " ~ date
        ~ " when 'week' then " ~ strata__week_of(date)
        ~ " when 'month' then " ~ strata__month_of(date)
        ~ " when 'quarter' then " ~ strata__start_of('quarter', date) ~ ' end'
    ) -}}
{% endmacro %}

{#
    The hour of the business day in which a period begins, by a grain that is data; 0
    of every period that is longer.
    Arguments: grain, an expression; timestamp, in the period.
#}
{% macro strata__period_hour(grain, timestamp) %}
    {{- return(
        'case ' ~ grain ~ " when 'hour' then cast(extract(hour from "
        ~ strata__business_time(timestamp) ~ ') as bigint) else 0 end'
    ) -}}
{% endmacro %}

{#
    Whole periods from the first day of one period to the first day of another.
    Arguments: grain, an expression: hour, day, week or month; from_date, to_date;
    from_hour, to_hour, the hours of these days in which periods of an hour begin.
#}
{% macro strata__periods_between(grain, from_date, to_date, from_hour='0', to_hour='0') %}
    {{- return(
        'case ' ~ grain
        ~ " when 'hour' then 24 * " ~ strata__days_between(from_date, to_date)
        ~ ' + ' ~ to_hour ~ ' - ' ~ from_hour
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

{#
    The last day of a period that ends after a date, by a grain that is data.
    Arguments: grain, an expression: day, week, month or quarter; date; number, an
    integer expression: 1 for the first such day, 2 for that of the period after.
#}
{% macro strata__period_end_after(grain, date, number) %}
    {{- return(adapter.dispatch('strata__period_end_after', 'strata')(grain, date, number)) -}}
{% endmacro %}

{% macro default__strata__period_end_after(grain, date, number) %}
    {{- return(strata__period_end_by('to_months(', grain, date, number)) -}}
{% endmacro %}

{% macro postgres__strata__period_end_after(grain, date, number) %}
    {{- return(strata__period_end_by('make_interval(months => ', grain, date, number)) -}}
{% endmacro %}

{% macro spark__strata__period_end_after(grain, date, number) %}
    {{- return(strata__period_end_by('make_ym_interval(0, ', grain, date, number)) -}}
{% endmacro %}

{#
    The same, by how the engine writes an interval of months.
    Arguments: months, up to the number of months; the others as above.
#}
{% macro strata__period_end_by(months, grain, date, number) %}
    {%- set next_day = strata__add_days(date, 1) -%}
    {%- set first = '(' ~ strata__period_of(grain, next_day) ~ ')' -%}
    {{- return(
        'cast(case ' ~ grain
        ~ " when 'day' then " ~ strata__add_days(date, number)
        ~ " when 'week' then " ~ strata__add_days(first, '7 * (' ~ number ~ ') - 1')
        ~ " when 'month' then " ~ first ~ ' + ' ~ months ~ 'cast(' ~ number ~ ' as integer))'
        ~ " - interval '1 day'"
        ~ " when 'quarter' then " ~ first ~ ' + ' ~ months ~ '3 * cast(' ~ number ~ ' as integer))'
        ~ " - interval '1 day' end as date)"
    ) -}}
{% endmacro %}

{#
    How many months a period lasts, in the mean.
    Arguments: grain, an expression: day, week, month or quarter.
#}
{% macro strata__months_of(grain) %}
    {{- return(
        'case ' ~ grain ~ " when 'day' then 12 / 365.25 when 'week' then 84 / 365.25"
        ~ " when 'quarter' then 3 else 1 end"
    ) -}}
{% endmacro %}
