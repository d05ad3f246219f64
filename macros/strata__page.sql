{#
    A page without its last slash, which tells nothing; the root stays as it is.
    Arguments: expression, a text.
#}
{% macro strata__page(expression) %}
    {{- return(
        'case when ' ~ expression ~ " like '_%/' then left(" ~ expression ~ ', length('
        ~ expression ~ ') - 1) else ' ~ expression ~ ' end'
    ) -}}
{% endmacro %}
