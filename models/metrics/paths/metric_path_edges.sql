with recursive steps as (
    select * from {{ ref('metric_path_shown_steps') }}
),

definitions as (
    select * from {{ ref('stg_strata__path_definitions') }}
),

edges as (
    select
        steps.path_code,
        steps.step_number,
        steps.node as from_node,
        steps.next_node as to_node,
        count(*) as sessions,
        count(distinct steps.user_key) as users,
        count(*) filter (where steps.is_converted) as conversions,
        cast(
            percentile_cont(0.5) within group (order by steps.next_seconds) as double
        ) as median_seconds
    from steps
    where steps.next_node is not null
    group by steps.path_code, steps.step_number, steps.node, steps.next_node
),

weighed as (
    select
        edges.*,
        definitions.edge_limit,
        definitions.min_sessions is not null or definitions.max_sessions is not null
            as is_weighed,
        edges.sessions >= coalesce(definitions.min_sessions, edges.sessions)
        and edges.sessions <= coalesce(definitions.max_sessions, edges.sessions)
            as is_within
    from edges
    inner join definitions on edges.path_code = definitions.path_code
),

ranked as (
    select
        weighed.*,
        row_number() over (
            partition by weighed.path_code
            order by
                weighed.sessions desc,
                weighed.step_number asc,
                weighed.from_node asc,
                weighed.to_node asc
        ) as edge_rank,
        weighed.is_within
        and row_number() over (
            partition by weighed.path_code, weighed.is_within
            order by
                weighed.sessions desc,
                weighed.step_number asc,
                weighed.from_node asc,
                weighed.to_node asc
        ) <= coalesce(weighed.edge_limit, 999999999) as is_kept
    from weighed
),

-- An edge whose beginning nothing that is shown leads to would hang in the air.
reached as (
    select
        ranked.path_code,
        ranked.step_number,
        ranked.from_node,
        ranked.to_node
    from ranked
    where ranked.is_kept and (ranked.step_number = 1 or ranked.is_weighed)
    union all
    select distinct -- several edges lead to one node
        ranked.path_code,
        ranked.step_number,
        ranked.from_node,
        ranked.to_node
    from reached
    inner join ranked
        on
            reached.path_code = ranked.path_code
            and reached.step_number + 1 = ranked.step_number
            and reached.to_node = ranked.from_node
    where ranked.is_kept
),

shown as (
    select distinct -- one row per edge and way to it
        reached.path_code,
        reached.step_number,
        reached.from_node,
        reached.to_node
    from reached
),

final as (
    select
        ranked.path_code,
        ranked.step_number,
        ranked.from_node,
        ranked.to_node,
        ranked.sessions,
        ranked.users,
        ranked.conversions,
        ranked.median_seconds,
        ranked.edge_rank,
        shown.path_code is not null as is_shown
    from ranked
    left join shown
        on
            ranked.path_code = shown.path_code
            and ranked.step_number = shown.step_number
            and ranked.from_node = shown.from_node
            and ranked.to_node = shown.to_node
)

select * from final
