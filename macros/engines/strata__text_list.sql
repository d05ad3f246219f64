{#
    Aggregates texts into one, joined by commas.
    Arguments: expression; order_by, a list of expressions that is a total order.
#}
{% macro strata__text_list(expression, order_by) %}
    {{- return(adapter.dispatch('strata__text_list', 'strata')(expression, order_by)) -}}
{% endmacro %}

{% macro default__strata__text_list(expression, order_by) %}
    {{- return("string_agg(" ~ expression ~ ", ', ' order by " ~ order_by | join(', ') ~ ')') -}}
{% endmacro %}
