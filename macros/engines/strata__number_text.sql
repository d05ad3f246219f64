{#
    A double as a person writes it: without a trailing point and zero.
    Arguments: expression.
#}
{% macro strata__number_text(expression) %}
    {{- return(adapter.dispatch('strata__number_text', 'strata')(expression)) -}}
{% endmacro %}

{% macro default__strata__number_text(expression) %}
    {{- return("regexp_replace(cast(" ~ expression ~ " as varchar), '[.]0$', '')") -}}
{% endmacro %}
