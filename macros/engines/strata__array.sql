{#
    An array of expressions of one type.
    Arguments: values, a list of expressions.
#}
{% macro strata__array(values) %}
    {{- return(adapter.dispatch('strata__array', 'strata')(values)) -}}
{% endmacro %}

{% macro default__strata__array(values) %}
    {{- return('[' ~ values | join(', ') ~ ']') -}}
{% endmacro %}

{% macro postgres__strata__array(values) %}
    {{- return('array[' ~ values | join(', ') ~ ']') -}}
{% endmacro %}

{% macro spark__strata__array(values) %}
    {{- return('array(' ~ values | join(', ') ~ ')') -}}
{% endmacro %}

{#
    An element of an array by its position.
    Arguments: array; position, from 1.
#}
{% macro strata__element(array, position) %}
    {{- return(adapter.dispatch('strata__element', 'strata')(array, position)) -}}
{% endmacro %}

{% macro default__strata__element(array, position) %}
    {{- return(array ~ '[' ~ position ~ ']') -}}
{% endmacro %}

{#- In brackets it would count from 0. -#}
{% macro spark__strata__element(array, position) %}
    {{- return('get(' ~ array ~ ', cast(' ~ position ~ ' as integer) - 1)') -}}
{% endmacro %}
