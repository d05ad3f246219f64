{#
    The latest non-null value up to and including the row.
    Arguments: expression; partition_by; order_by, a total order.
#}
{% macro strata__latest(expression, partition_by, order_by) %}
    {{- return(adapter.dispatch('strata__latest', 'strata')(expression, partition_by, order_by)) -}}
{% endmacro %}

{% macro default__strata__latest(expression, partition_by, order_by) %}
    {{- return(
        'last_value(' ~ expression ~ ' ignore nulls) over (partition by ' ~ partition_by
        ~ ' order by ' ~ order_by ~ ' rows between unbounded preceding and current row)'
    ) -}}
{% endmacro %}

{% macro postgres__strata__latest(expression, partition_by, order_by) %}
    {{- return(
        strata__function('latest') ~ '(' ~ expression ~ ') over (partition by ' ~ partition_by
        ~ ' order by ' ~ order_by ~ ' rows between unbounded preceding and current row)'
    ) -}}
{% endmacro %}

{% macro spark__strata__latest(expression, partition_by, order_by) %}
    {{- return(
        default__strata__latest(expression, partition_by, order_by)
        | replace(' ignore nulls) over', ') ignore nulls over')
    ) -}}
{% endmacro %}
