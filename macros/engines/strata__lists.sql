{#
    Aggregates numbers into a sorted list, which is empty where there are none.
    Arguments: expression; condition, which rows count.
#}
{% macro strata__number_list(expression, condition) %}
    {{- return(adapter.dispatch('strata__number_list', 'strata')(expression, condition)) -}}
{% endmacro %}

{% macro default__strata__number_list(expression, condition) %}
    {{- return(
        'coalesce(list_sort(list(' ~ expression ~ ') filter (' ~ condition
        ~ ')), cast([] as bigint[]))'
    ) -}}
{% endmacro %}

{% macro postgres__strata__number_list(expression, condition) %}
    {{- return(
        'coalesce(array_agg(' ~ expression ~ ' order by ' ~ expression ~ ') filter (where '
        ~ condition ~ "), cast('{}' as bigint[]))"
    ) -}}
{% endmacro %}

{% macro spark__strata__number_list(expression, condition) %}
    {{- return('array_sort(collect_list(' ~ expression ~ ') filter (where ' ~ condition ~ '))') -}}
{% endmacro %}

{#
    Aggregates texts into an array by an order, nulls kept at their places.
    Arguments: expression; order_by, a list of expressions that is a total order.
#}
{% macro strata__text_array(expression, order_by) %}
    {{- return(adapter.dispatch('strata__text_array', 'strata')(expression, order_by)) -}}
{% endmacro %}

{% macro default__strata__text_array(expression, order_by) %}
    {{- return('list(' ~ expression ~ ' order by ' ~ order_by | join(', ') ~ ')') -}}
{% endmacro %}

{% macro postgres__strata__text_array(expression, order_by) %}
    {{- return('array_agg(' ~ expression ~ ' order by ' ~ order_by | join(', ') ~ ')') -}}
{% endmacro %}

{#- A list that is collected leaves nulls out and knows no order; one of structs keeps both. -#}
{% macro spark__strata__text_array(expression, order_by) %}
    {%- set parts = [] -%}
    {%- for part in order_by + [expression] -%} {%- do parts.append("'" ~ loop.index ~ "', " ~ part) -%} {%- endfor -%}
    {{- return(
        'transform(array_sort(collect_list(named_struct(' ~ parts | join(', ') ~ '))), each -> each.`'
        ~ parts | length ~ '`)'
    ) -}}
{% endmacro %}

{#
    One array after the other; null counts as empty.
    Arguments: arrays, a list of array expressions of one type.
#}
{% macro strata__joined_arrays(arrays) %}
    {{- return(adapter.dispatch('strata__joined_arrays', 'strata')(arrays)) -}}
{% endmacro %}

{% macro default__strata__joined_arrays(arrays) %}
    {{- return('list_concat(' ~ arrays | join(', ') ~ ')') -}}
{% endmacro %}

{% macro postgres__strata__joined_arrays(arrays) %}
    {{- return('(' ~ arrays | join(' || ') ~ ')') -}}
{% endmacro %}

{% macro spark__strata__joined_arrays(arrays) %}
    {%- set found = [] -%}
    {%- for array in arrays -%} {%- do found.append('coalesce(' ~ array ~ ', array())') -%} {%- endfor -%}
    {{- return('concat(' ~ found | join(', ') ~ ')') -}}
{% endmacro %}

{#
    A relation with a row for each element of a list: a query of columns and element.
    Arguments: relation; columns, a list of those kept; list, a column; element, its name.
#}
{% macro strata__unnested(relation, columns, list, element) %}
    {{- return(
        adapter.dispatch('strata__unnested', 'strata')(relation, columns, list, element)
    ) -}}
{% endmacro %}

{% macro default__strata__unnested(relation, columns, list, element) %}
    {{- return(strata__derived(
        'select ' ~ columns | join(', ') ~ ', unnest(' ~ list ~ ') as ' ~ element
        ~ ' from ' ~ relation
    )) -}}
{% endmacro %}

{% macro spark__strata__unnested(relation, columns, list, element) %}
    {{- return(
        '(select ' ~ columns | join(', ') ~ ', explode(' ~ list ~ ') as ' ~ element ~ ' from ' ~ relation ~ ')'
    ) -}}
{% endmacro %}
