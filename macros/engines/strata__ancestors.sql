{#
    Everyone above each node of a forest, the nearest and the farthest.
    Arguments: edges, the name of a relation with child and parent, at most one row a
    child.
    Returns: a parenthesised query of pairs: child, ancestor. A ring ends by itself,
    because a pair is found only once; its members then are their own ancestors.
#}
{% macro strata__ancestors(edges) %}
    {{- return(adapter.dispatch('strata__ancestors', 'strata')(edges)) -}}
{% endmacro %}

{% macro default__strata__ancestors(edges) %}
    {%- set query -%}
    (
        with recursive above as (
            select edges.child, edges.parent as ancestor from {{ edges }} as edges
            union
            select above.child, edges.parent as ancestor
            from above
            inner join {{ edges }} as edges on above.ancestor = edges.child
        )

        select above.child, above.ancestor from above
    )
    {%- endset -%}
    {{- return(query) -}}
{% endmacro %}

{#- A recursion keeps every row here, so each carries the way it came by. -#}
{% macro spark__strata__ancestors(edges) %}
    {%- set query -%}
    (
        with recursive above as (
            select edges.child, edges.parent as ancestor, array(edges.parent) as trail
            from {{ edges }} as edges
            union all
            select above.child, edges.parent, above.trail || array(edges.parent)
            from above
            inner join {{ edges }} as edges on above.ancestor = edges.child
            where not array_contains(above.trail, edges.parent)
        )

        select above.child, above.ancestor from above
    )
    {%- endset -%}
    {{- return(query) -}}
{% endmacro %}
