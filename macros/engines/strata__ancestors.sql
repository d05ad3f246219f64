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
