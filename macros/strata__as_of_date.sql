{#
    The variable `strata__as_of_date` as a date, null where it is not set.
    Used by core_clock alone: every other model reads the clock.
#}
{% macro strata__as_of_date() %}
    {%- set day = var('strata__as_of_date') -%}
    {{- return("cast('" ~ day ~ "' as date)" if day else 'cast(null as date)') -}}
{% endmacro %}
