{#
    A date moved by whole days.
    Arguments: date; days, an integer expression, negative for earlier.
#}
{% macro strata__add_days(date, days) %}
    {{- return(adapter.dispatch('strata__add_days', 'strata')(date, days)) -}}
{% endmacro %}

{% macro default__strata__add_days(date, days) %}
    {{- return('(' ~ date ~ ' + cast(' ~ days ~ ' as integer))') -}}
{% endmacro %}

{#
    Whole days from one date to a later one, as a bigint; negative if it is earlier.
    Arguments: from_date, to_date.
#}
{% macro strata__days_between(from_date, to_date) %}
    {{- return(adapter.dispatch('strata__days_between', 'strata')(from_date, to_date)) -}}
{% endmacro %}

{% macro default__strata__days_between(from_date, to_date) %}
    {{- return('cast(' ~ to_date ~ ' - ' ~ from_date ~ ' as bigint)') -}}
{% endmacro %}

{% macro spark__strata__days_between(from_date, to_date) %}
    {{- return('cast(datediff(' ~ to_date ~ ', ' ~ from_date ~ ') as bigint)') -}}
{% endmacro %}

{#
    Whole months from the month of one date to the month of another, as a bigint.
    Arguments: from_date, to_date.
#}
{% macro strata__months_between(from_date, to_date) %}
    {{- return(
        'cast((extract(year from ' ~ to_date ~ ') - extract(year from ' ~ from_date
        ~ ')) * 12 + extract(month from ' ~ to_date ~ ') - extract(month from '
        ~ from_date ~ ') as bigint)'
    ) -}}
{% endmacro %}

{#
    Seconds from one timestamp to a later one, as a double, exact to the microsecond.
    Arguments: from_at, to_at.
#}
{% macro strata__seconds_between(from_at, to_at) %}
    {{- return(adapter.dispatch('strata__seconds_between', 'strata')(from_at, to_at)) -}}
{% endmacro %}

{% macro default__strata__seconds_between(from_at, to_at) %}
    {{- return('(date_diff(\'microsecond\', ' ~ from_at ~ ', ' ~ to_at ~ ') / 1e6)') -}}
{% endmacro %}

{% macro postgres__strata__seconds_between(from_at, to_at) %}
    {{- return(
        '(case when isfinite(' ~ from_at ~ ') and isfinite(' ~ to_at ~ ') then cast(extract(epoch from '
        ~ to_at ~ ' - ' ~ from_at ~ ') as double precision) end)'
    ) -}}
{% endmacro %}

{% macro spark__strata__seconds_between(from_at, to_at) %}
    {{- return('(timestampdiff(microsecond, ' ~ from_at ~ ', ' ~ to_at ~ ') / 1e6)') -}}
{% endmacro %}

{#
    The first day of the part of the calendar that a date lies in; weeks begin on Monday.
    Arguments: part: week, month or quarter; date.
#}
{% macro strata__start_of(part, date) %}
    {{- return(adapter.dispatch('strata__start_of', 'strata')(part, date)) -}}
{% endmacro %}

{% macro default__strata__start_of(part, date) %}
    {{- return("cast(date_trunc('" ~ part ~ "', " ~ date ~ ') as date)') -}}
{% endmacro %}

{#- Without the cast it would go by the time zone of the session. -#}
{% macro postgres__strata__start_of(part, date) %}
    {{- return("cast(date_trunc('" ~ part ~ "', cast(" ~ date ~ ' as timestamp)) as date)') -}}
{% endmacro %}

{#
    The first day of the week of a date, by `strata__week_start` (monday or sunday).
    Arguments: date.
#}
{% macro strata__week_of(date) %}
    {%- set shift = 1 if var('strata__week_start') == 'sunday' else 0 -%}
    {%- if shift == 0 -%}
        {{- return(strata__start_of('week', date)) -}}
    {%- endif -%}
    {{- return(
        strata__add_days(strata__start_of('week', strata__add_days(date, shift)), -shift)
    ) -}}
{% endmacro %}

{#
    The first day of the month of a date.
    Arguments: date.
#}
{% macro strata__month_of(date) %}
    {{- return(strata__start_of('month', date)) -}}
{% endmacro %}

{#
    A query of the days from one date to another, both included: column `day`.
    Arguments: from_date, to_date, column expressions of `relation`, which has one row.
#}
{% macro strata__days(relation, from_date, to_date) %}
    {{- return(adapter.dispatch('strata__days', 'strata')(relation, from_date, to_date)) -}}
{% endmacro %}

{% macro default__strata__days(relation, from_date, to_date) %}
    {{- return(
        '(select cast(unnest(generate_series(' ~ from_date ~ ', ' ~ to_date
        ~ ", interval '1 day')) as date) as day from " ~ relation ~ ')'
    ) -}}
{% endmacro %}

{% macro postgres__strata__days(relation, from_date, to_date) %}
    {{- return(
        '(select cast(generate_series(cast(' ~ from_date ~ ' as timestamp), cast(' ~ to_date
        ~ " as timestamp), interval '1 day') as date) as day from " ~ relation ~ ')'
    ) -}}
{% endmacro %}

{% macro spark__strata__days(relation, from_date, to_date) %}
    {{- return(
        '(select explode(case when ' ~ from_date ~ ' <= ' ~ to_date ~ ' then sequence(' ~ from_date
        ~ ', ' ~ to_date ~ ') end) as day from ' ~ relation ~ ')'
    ) -}}
{% endmacro %}

{#
    Whether a date is the last day of its month.
    Arguments: date.
#}
{% macro strata__is_month_end(date) %}
    {{- return('(extract(day from ' ~ strata__add_days(date, 1) ~ ') = 1)') -}}
{% endmacro %}

{#
    Full years from one date to another, as a bigint: how often the day has returned;
    null if either is null or the years are not between 0 and 120, as with a birth date
    that cannot be. Who was born on 29 February has the 28th in other years.
    Arguments: from_date, to_date.
#}
{% macro strata__full_years(from_date, to_date) %}
    {%- set begun = '(extract(year from ' ~ to_date ~ ') - extract(year from ' ~ from_date ~ '))' -%}
    {%- set years = begun ~ ' - case when ' ~ strata__add_years(from_date, begun) ~ ' > ' ~ to_date
        ~ ' then 1 else 0 end' -%}
    {{- return(
        'case when (' ~ years ~ ') between 0 and 120 then cast(' ~ years ~ ' as bigint) end'
    ) -}}
{% endmacro %}

{#
    A date moved by whole years; 29 February becomes the 28th where there is none.
    Arguments: date; years, an integer expression.
#}
{% macro strata__add_years(date, years) %}
    {{- return(adapter.dispatch('strata__add_years', 'strata')(date, years)) -}}
{% endmacro %}

{% macro default__strata__add_years(date, years) %}
    {{- return('cast(' ~ date ~ " + to_years(cast(" ~ years ~ ' as integer)) as date)') -}}
{% endmacro %}

{% macro postgres__strata__add_years(date, years) %}
    {{- return(
        'cast(' ~ date ~ ' + make_interval(years => cast(' ~ years ~ ' as integer)) as date)'
    ) -}}
{% endmacro %}

{% macro spark__strata__add_years(date, years) %}
    {{- return('add_months(' ~ date ~ ', 12 * cast(' ~ years ~ ' as integer))') -}}
{% endmacro %}
