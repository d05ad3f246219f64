{#
    When each node of a graph became connected to the root of its component: of all
    paths the one whose last edge came first.
    Arguments: edges, the name of a relation with node and other, from strata__node, and
    the text step, which orders the edges in time; roots, the name of a relation with
    node, one node of each component.
    Returns: a parenthesised query of every node but the roots: node, step, that of the
    edge which closed the path.
    A node with one neighbour waits for that neighbour; the recursion sees the others.
#}
{% macro strata__joins(edges, roots) %}
    {{- return(adapter.dispatch('strata__joins', 'strata')(edges, roots)) -}}
{% endmacro %}

{% macro default__strata__joins(edges, roots) %}
    {%- do exceptions.raise_compiler_error(
        'Strata: paths through a graph are not built for ' ~ target.type
        ~ ' yet, so identity needs the target duckdb.') -%}
{% endmacro %}

{% macro duckdb__strata__joins(edges, roots) %}
    {%- set query -%}
    (
        with recursive sides as (
            select edges.node, edges.other, edges.step from {{ edges }} as edges
            union all
            select edges.other, edges.node, edges.step from {{ edges }} as edges
        ),

        nodes as (
            select
                sides.node,
                min(sides.other) as neighbour,
                min(sides.step) as step,
                min(sides.other) = max(sides.other) as is_leaf
            from sides
            anti join {{ roots }} as roots on sides.node = roots.node
            group by sides.node
        ),

        branches as (
            select sides.node, sides.other, min(sides.step) as step
            from sides
            inner join nodes on sides.other = nodes.node and not nodes.is_leaf
            anti join nodes as leaves on sides.node = leaves.node and leaves.is_leaf
            group by sides.node, sides.other
        ),

        reached(node, step) using key (node) as (
            select distinct roots.node, ''
            from {{ roots }} as roots
            semi join branches on roots.node = branches.node
            union
            select branches.other, min(greatest(reached.step, branches.step))
            from reached
            inner join branches on reached.node = branches.node
            left join recurring.reached as before on branches.other = before.node
            group by branches.other
            having
                any_value(before.step) is null
                or min(greatest(reached.step, branches.step)) < any_value(before.step)
        )

        select
            nodes.node,
            case
                when nodes.is_leaf then greatest(nodes.step, reached.step)
                else reached.step
            end as step
        from nodes
        left join reached
            on
                reached.node
                = case when nodes.is_leaf then nodes.neighbour else nodes.node end
    )
    {%- endset -%}
    {{- return(query) -}}
{% endmacro %}

{% macro postgres__strata__joins(edges, roots) %}
    {{- return(
        '(select found.node, found.step from (select array_agg(edges.node) as nodes,'
        ~ ' array_agg(edges.other) as others, array_agg(edges.step) as steps from '
        ~ edges ~ ' as edges) as packed cross join lateral ' ~ strata__function('joins')
        ~ '(packed.nodes, packed.others, packed.steps, (select array_agg(roots.node) from '
        ~ roots ~ ' as roots)) as found)'
    ) -}}
{% endmacro %}
