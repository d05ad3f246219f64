{#
    An expression that stops the run with a sentence once it is evaluated.
    Arguments: sentence, what is wrong, where, and what to do.
    Returns: an expression without a value; put it where a value must not be missing.
#}
{% macro strata__refusal(sentence) %}
    {{- return(adapter.dispatch('strata__refusal', 'strata')(sentence)) -}}
{% endmacro %}

{% macro default__strata__refusal(sentence) %}
    {{- return("error('Strata: " ~ sentence | replace("'", "''") ~ "')") -}}
{% endmacro %}
