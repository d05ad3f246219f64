{#
    Aggregates: the value of the first or last row by a total order, nulls passed over.
    Arguments: value; order_by, a list of non-null expressions that ends in a unique key
    or in the value itself.
#}
{% macro strata__first_by(value, order_by) %}
    {{- return(adapter.dispatch('strata__first_by', 'strata')(value, order_by)) -}}
{% endmacro %}

{% macro default__strata__first_by(value, order_by) %}
    {{- return('arg_min(' ~ value ~ ', row(' ~ order_by | join(', ') ~ '))') -}}
{% endmacro %}

{% macro postgres__strata__first_by(value, order_by) %}
    {{- return(
        '(array_agg(' ~ value ~ ' order by ' ~ order_by | join(', ') ~ ') filter (where '
        ~ value ~ ' is not null))[1]'
    ) -}}
{% endmacro %}

{% macro spark__strata__first_by(value, order_by) %}
    {{- return(
        'min_by(' ~ value ~ ', struct(' ~ order_by | join(', ') ~ ')) filter (where ' ~ value ~ ' is not null)'
    ) -}}
{% endmacro %}

{% macro strata__last_by(value, order_by) %}
    {{- return(adapter.dispatch('strata__last_by', 'strata')(value, order_by)) -}}
{% endmacro %}

{% macro default__strata__last_by(value, order_by) %}
    {{- return('arg_max(' ~ value ~ ', row(' ~ order_by | join(', ') ~ '))') -}}
{% endmacro %}

{% macro postgres__strata__last_by(value, order_by) %}
    {{- return(
        '(array_agg(' ~ value ~ ' order by ' ~ order_by | join(' desc, ') ~ ' desc) filter (where '
        ~ value ~ ' is not null))[1]'
    ) -}}
{% endmacro %}

{% macro spark__strata__last_by(value, order_by) %}
    {{- return(
        'max_by(' ~ value ~ ', struct(' ~ order_by | join(', ') ~ ')) filter (where ' ~ value ~ ' is not null)'
    ) -}}
{% endmacro %}
