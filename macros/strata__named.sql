{#
    A name that the source may choose, as core has it: `unknown` where it is silent, and
    `(all)` for `all`, so that no total meets a member of its name.
    Arguments: expression, a text expression.
#}
{% macro strata__named(expression) %}
    {{- return(
        'case when ' ~ expression ~ " = 'all' then '(all)' else coalesce(" ~ expression
        ~ ", 'unknown') end"
    ) -}}
{% endmacro %}
