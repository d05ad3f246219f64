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
