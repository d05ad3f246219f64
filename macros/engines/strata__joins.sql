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

{#- The nodes and the steps stand in arrays by number, as with the components. -#}
{% macro spark__strata__joins(edges, roots) %}
    {%- set query -%}
    (
        with sides as (
            select edges.node, edges.other, edges.step from {{ edges }} as edges
            union
            select edges.other, edges.node, edges.step from {{ edges }} as edges
        ),

        steps as (
            select
                taken.step,
                cast(row_number() over (order by taken.step) as integer) as number
            from (select distinct sides.step from sides) as taken
        ),

        numbered as (
            select
                nodes.node,
                roots.node is not null as is_root,
                cast(row_number() over (order by nodes.node) as integer) - 1 as number
            from (select distinct sides.node from sides) as nodes
            left join {{ roots }} as roots on nodes.node = roots.node
        ),

        ways as (
            select sides.node, others.number, min(steps.number) as step
            from sides
            inner join steps on sides.step = steps.step
            inner join numbered as others on sides.other = others.node
            group by sides.node, others.number
        ),

        packed as (
            select array_sort(collect_list(around.place)) as around
            from (
                select
                    named_struct(
                        'number', numbered.number,
                        'is_root', numbered.is_root,
                        'ways', collect_list(struct(ways.number, ways.step))
                    ) as place
                from numbered
                inner join ways on numbered.node = ways.node
                group by numbered.number, numbered.is_root
            ) as around
        ),

        reached as (
            select
                aggregate(
                    packed.around,
                    named_struct(
                        'steps', transform(
                            packed.around,
                            each -> case when each.is_root then 0 else 2147483647 end
                        ),
                        'is_done', size(packed.around) = 0
                    ),
                    (state, each) -> case
                        when state.is_done then state
                        else transform(
                            array(zip_with(state.steps, packed.around, (step, place) -> least(
                                step,
                                array_min(transform(
                                    place.ways,
                                    way -> greatest(state.steps[way.number], way.step)
                                ))
                            ))),
                            news -> named_struct('steps', news, 'is_done', news = state.steps)
                        )[0]
                    end
                ).steps as steps
            from packed
        )

        select numbered.node, steps.step
        from numbered
        left join (
            select found.number, found.step
            from reached
            inner join lateral posexplode(reached.steps) as found (number, step)
        ) as found on numbered.number = found.number
        left join steps on found.step = steps.number
        where not numbered.is_root
    )
    {%- endset -%}
    {{- return(query) -}}
{% endmacro %}
