{#
    The least value of the last rows up to and including the row, as many as it says.
    Arguments: expression; rows, an integer expression; partition_by; order_by, a total
    order.
    Why here: a frame whose length is data is not known everywhere.
#}
{% macro strata__least_of_last(expression, rows, partition_by, order_by) %}
    {{- return(adapter.dispatch('strata__least_of_last', 'strata')(expression, rows, partition_by, order_by)) -}}
{% endmacro %}

{% macro default__strata__least_of_last(expression, rows, partition_by, order_by) %}
    {{- return(
        'min(' ~ expression ~ ') over (partition by ' ~ partition_by ~ ' order by '
        ~ order_by ~ ' rows between (' ~ rows ~ ' - 1) preceding and current row)'
    ) -}}
{% endmacro %}

{% macro postgres__strata__least_of_last(expression, rows, partition_by, order_by) %}
    {{- return(
        strata__function('least_of_last') ~ '(array_agg(' ~ expression ~ ') over (partition by '
        ~ partition_by ~ ' order by ' ~ order_by
        ~ ' rows between unbounded preceding and current row), ' ~ rows ~ ')'
    ) -}}
{% endmacro %}

{% macro spark__strata__least_of_last(expression, rows, partition_by, order_by) %}
    {{- return(
        'array_min(slice(reverse(collect_list(' ~ expression ~ ') over (partition by ' ~ partition_by
        ~ ' order by ' ~ order_by ~ ' rows between unbounded preceding and current row)), 1, cast('
        ~ rows ~ ' as integer)))'
    ) -}}
{% endmacro %}
