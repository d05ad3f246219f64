{#
    A query of the whole numbers from 0 up to but not including a limit: column `number`.
    Arguments: limit, a number.
#}
{% macro strata__series(limit) %}
    {{- return(adapter.dispatch('strata__series', 'strata')(limit)) -}}
{% endmacro %}

{% macro default__strata__series(limit) %}
    {{- return(
        '(select cast(unnest(generate_series(0, ' ~ (limit - 1) ~ ')) as bigint) as number)'
    ) -}}
{% endmacro %}

{% macro postgres__strata__series(limit) %}
    {{- return(
        '(select cast(generate_series(0, ' ~ (limit - 1) ~ ') as bigint) as number)'
    ) -}}
{% endmacro %}

{% macro spark__strata__series(limit) %}
    {{- return('(select id as number from range(0, ' ~ limit ~ '))') -}}
{% endmacro %}
