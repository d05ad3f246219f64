{#
    A relation with a row for each element of a list and its place from 1.
    Arguments: relation; columns, a list of those kept; list, a column; element, place,
    the names of the two.
#}
{% macro strata__numbered(relation, columns, list, element, place) %}
    {{- return(
        adapter.dispatch('strata__numbered', 'strata')(relation, columns, list, element, place)
    ) -}}
{% endmacro %}

{% macro default__strata__numbered(relation, columns, list, element, place) %}
    {{- return(strata__derived(
        'select ' ~ columns | join(', ') ~ ', unnest(' ~ list ~ ') as ' ~ element
        ~ ', generate_subscripts(' ~ list ~ ', 1) as ' ~ place ~ ' from ' ~ relation
    )) -}}
{% endmacro %}

{% macro spark__strata__numbered(relation, columns, list, element, place) %}
    {{- return(
        '(select ' ~ columns | join(', ') ~ ', exploded.' ~ element ~ ', exploded.place_before + 1 as ' ~ place
        ~ ' from ' ~ relation ~ ', lateral posexplode(' ~ list ~ ') as exploded (place_before, ' ~ element ~ '))'
    ) -}}
{% endmacro %}
