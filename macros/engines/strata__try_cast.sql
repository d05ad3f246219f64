{#
    A cast that gives null where the value does not fit.
    Arguments: expression; data_type as in strata__type.
#}
{% macro strata__try_cast(expression, data_type) %}
    {{- return(adapter.dispatch('strata__try_cast', 'strata')(expression, data_type)) -}}
{% endmacro %}

{% macro default__strata__try_cast(expression, data_type) %}
    {{- return('try_cast(' ~ expression ~ ' as ' ~ strata__type(data_type) ~ ')') -}}
{% endmacro %}

{% macro postgres__strata__try_cast(expression, data_type) %}
    {{- return(
        'cast(' ~ strata__function('try_' ~ data_type) ~ '(cast(' ~ expression ~ ' as text)) as '
        ~ strata__type(data_type) ~ ')'
    ) -}}
{% endmacro %}
