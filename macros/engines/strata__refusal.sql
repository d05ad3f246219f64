{#
    An expression that stops the run with a sentence once it is evaluated.
    Arguments: sentence, what is wrong, where, and what to do; data_type, of the value
    that is missing, as in strata__type.
    Returns: an expression without a value; put it where a value must not be missing.
#}
{% macro strata__refusal(sentence, data_type) %}
    {{- return(adapter.dispatch('strata__refusal', 'strata')(sentence, data_type)) -}}
{% endmacro %}

{% macro default__strata__refusal(sentence, data_type) %}
    {{- return("error('Strata: " ~ sentence | replace("'", "''") ~ "')") -}}
{% endmacro %}

{% macro postgres__strata__refusal(sentence, data_type) %}
    {{- return(
        'cast(' ~ strata__function('refuse') ~ "('Strata: " ~ sentence | replace("'", "''")
        ~ "') as " ~ strata__type(data_type) ~ ')'
    ) -}}
{% endmacro %}

{% macro spark__strata__refusal(sentence, data_type) %}
    {{- return(
        "cast(raise_error('Strata: " ~ sentence | replace("'", "''") ~ "') as " ~ strata__type(data_type) ~ ')'
    ) -}}
{% endmacro %}
