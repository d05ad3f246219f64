{#
    What stands for an id in a graph: short, and different for different ids.
    Arguments: id_type, id, non-null text expressions.
    Why not the text itself: the long hashes of addresses take twice the time in joins.
#}
{% macro strata__node(id_type, id) %}
    {{- return(adapter.dispatch('strata__node', 'strata')(id_type, id)) -}}
{% endmacro %}

{% macro default__strata__node(id_type, id) %}
    {{- return('(' ~ id_type ~ ' || chr(31) || ' ~ id ~ ')') -}}
{% endmacro %}

{% macro duckdb__strata__node(id_type, id) %}
    {{- return('md5_number(' ~ id_type ~ ' || chr(31) || ' ~ id ~ ')') -}}
{% endmacro %}

{#
    The connected components of a graph, in one statement.
    Arguments: edges, the name of a relation with node and other, from strata__node; an
    edge may occur several times.
    Returns: a parenthesised query of every node on an edge: node, label. Nodes of one
    component share a label, which is one of them.
    A node with one neighbour joins nobody: it takes the neighbour's label, so that the
    recursion sees only the few nodes between which paths go on.
#}
{% macro strata__components(edges) %}
    {{- return(adapter.dispatch('strata__components', 'strata')(edges)) -}}
{% endmacro %}

{% macro default__strata__components(edges) %}
    {%- do exceptions.raise_compiler_error(
        'Strata: connected components are not built for ' ~ target.type
        ~ ' yet, so identity needs the target duckdb.') -%}
{% endmacro %}

{% macro duckdb__strata__components(edges) %}
    {%- set query -%}
    (
        with recursive sides as (
            select edges.node, edges.other from {{ edges }} as edges
            union all
            select edges.other, edges.node from {{ edges }} as edges
        ),

        nodes as (
            select
                sides.node,
                min(sides.other) as neighbour,
                min(sides.other) = max(sides.other) as is_leaf
            from sides
            group by sides.node
        ),

        branches as (
            select distinct sides.node, sides.other
            from sides
            inner join nodes on sides.node = nodes.node and not nodes.is_leaf
            inner join nodes as others on sides.other = others.node and not others.is_leaf
        ),

        spread(node, label) using key (node) as (
            select branches.node, min(least(branches.node, branches.other))
            from branches
            group by branches.node
            union
            select branches.node, min(spread.label)
            from spread
            inner join branches on spread.node = branches.other
            inner join recurring.spread as reached on branches.node = reached.node
            group by branches.node
            having min(spread.label) < any_value(reached.label)
        ),

        hubs as (
            select nodes.node, coalesce(spread.label, nodes.node) as label
            from nodes
            left join spread on nodes.node = spread.node
            where not nodes.is_leaf
        )

        select hubs.node, hubs.label from hubs
        union all
        select
            nodes.node,
            coalesce(hubs.label, least(nodes.node, nodes.neighbour)) as label
        from nodes
        left join hubs on nodes.neighbour = hubs.node
        where nodes.is_leaf
    )
    {%- endset -%}
    {{- return(query) -}}
{% endmacro %}

{% macro postgres__strata__components(edges) %}
    {{- return(
        '(select found.node, found.label from (select array_agg(edges.node) as nodes,'
        ~ ' array_agg(edges.other) as others from ' ~ edges ~ ' as edges) as packed'
        ~ ' cross join lateral ' ~ strata__function('components')
        ~ '(packed.nodes, packed.others) as found)'
    ) -}}
{% endmacro %}

{#-
    A recursion keeps every row here, and one that only spreads never ends. The nodes that
    are no leaves stand in arrays by number instead, in one row: each takes the least
    number around it, then that of the one it took, until nothing changes.
-#}
{% macro spark__strata__components(edges) %}
    {%- set query -%}
    (
        with sides as (
            select edges.node, edges.other from {{ edges }} as edges
            union
            select edges.other, edges.node from {{ edges }} as edges
        ),

        nodes as (
            select
                sides.node,
                min(sides.other) as neighbour,
                min(sides.other) = max(sides.other) as is_leaf
            from sides
            group by sides.node
        ),

        numbered as (
            select
                nodes.node,
                cast(row_number() over (order by nodes.node) as integer) - 1 as number
            from nodes
            where not nodes.is_leaf
        ),

        packed as (
            select transform(array_sort(collect_list(around.place)), each -> each.numbers)
                as around
            from (
                select
                    named_struct(
                        'number', numbered.number,
                        'numbers', collect_list(others.number)
                    ) as place
                from numbered
                left join sides on numbered.node = sides.node
                left join numbered as others on sides.other = others.node
                group by numbered.number
            ) as around
        ),

        spread as (
            select
                aggregate(
                    packed.around,
                    named_struct(
                        'labels', transform(packed.around, (each, number) -> number),
                        'is_done', size(packed.around) = 0
                    ),
                    (state, each) -> case
                        when state.is_done then state
                        else {{ strata__spark_round(
                            'zip_with(state.labels, packed.around, (label, numbers) -> least('
                            ~ 'label, array_min(transform(numbers, number -> state.labels[number]))))'
                        ) }}
                    end
                ).labels as labels
            from packed
        ),

        hubs as (
            select numbered.node, labelled.node as label
            from spread
            inner join lateral posexplode(spread.labels) as found (number, label)
            inner join numbered on found.number = numbered.number
            inner join numbered as labelled on found.label = labelled.number
        )

        select hubs.node, hubs.label from hubs
        union all
        select
            nodes.node,
            coalesce(hubs.label, least(nodes.node, nodes.neighbour)) as label
        from nodes
        left join hubs on nodes.neighbour = hubs.node
        where nodes.is_leaf
    )
    {%- endset -%}
    {{- return(query) -}}
{% endmacro %}

{#- After a round each node takes the label of its label. It is done when none changed. -#}
{% macro strata__spark_round(labels) %}
    {{- return(
        'transform(array(' ~ labels ~ '), news -> named_struct('
        ~ "'labels', transform(news, label -> news[label]), 'is_done', news = state.labels))[0]"
    ) -}}
{% endmacro %}
