{#
    The double that is greater than every other.
#}
{% macro strata__infinity() %}
    {{- return("cast('infinity' as " ~ strata__type('double') ~ ')') -}}
{% endmacro %}

{#
    The next greater double: what is greater than x is at least this.
    Arguments: expression.
#}
{% macro strata__next_double(expression) %}
    {{- return(adapter.dispatch('strata__next_double', 'strata')(expression)) -}}
{% endmacro %}

{% macro default__strata__next_double(expression) %}
    {{- return('nextafter(' ~ expression ~ ', ' ~ strata__infinity() ~ ')') -}}
{% endmacro %}
