{#
    The business day of a UTC timestamp in `strata__timezone`.
    Arguments: expression, a timestamp without zone, in UTC.
    Why not time_bucket: it ignores the zone of the session.
#}
{% macro strata__business_date(expression) %}
    {{- return('cast(' ~ strata__business_time(expression) ~ ' as date)') -}}
{% endmacro %}

{#
    The local business time of a UTC timestamp, without zone.
    Arguments: expression, a timestamp without zone, in UTC.
#}
{% macro strata__business_time(expression) %}
    {%- if var('strata__timezone') == 'UTC' -%} {{- return(expression) -}} {%- endif -%}
    {{- return(adapter.dispatch('strata__business_time', 'strata')(expression)) -}}
{% endmacro %}

{% macro default__strata__business_time(expression) %}
    {{- return(
        "timezone('" ~ var('strata__timezone') ~ "', timezone('UTC', " ~ expression ~ "))"
    ) -}}
{% endmacro %}

{% macro spark__strata__business_time(expression) %}
    {{- return("convert_timezone('UTC', '" ~ var('strata__timezone') ~ "', " ~ expression ~ ')') -}}
{% endmacro %}

{#
    When the business hour of a UTC timestamp began, in UTC.
    Arguments: expression, a timestamp without zone, in UTC.
#}
{% macro strata__business_hour(expression) %}
    {%- if var('strata__timezone') == 'UTC' -%}
        {{- return("date_trunc('hour', " ~ expression ~ ')') -}}
    {%- endif -%}
    {%- set local = strata__business_time(expression) -%}
    {{- return(
        '(' ~ expression ~ ' - (' ~ local ~ " - date_trunc('hour', " ~ local ~ ')))'
    ) -}}
{% endmacro %}

{#
    When a business day begins, in UTC.
    Arguments: date.
#}
{% macro strata__business_midnight(date) %}
    {%- set midnight = 'cast(' ~ date ~ ' as timestamp)' -%}
    {%- if var('strata__timezone') == 'UTC' -%} {{- return(midnight) -}} {%- endif -%}
    {{- return(adapter.dispatch('strata__business_midnight', 'strata')(midnight)) -}}
{% endmacro %}

{% macro default__strata__business_midnight(midnight) %}
    {{- return(
        "timezone('UTC', timezone('" ~ var('strata__timezone') ~ "', " ~ midnight ~ '))'
    ) -}}
{% endmacro %}

{% macro spark__strata__business_midnight(midnight) %}
    {{- return("convert_timezone('" ~ var('strata__timezone') ~ "', 'UTC', " ~ midnight ~ ')') -}}
{% endmacro %}
