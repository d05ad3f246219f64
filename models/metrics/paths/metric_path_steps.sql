with places as (
    select * from {{ ref('metric_path_places') }}
),

definitions as (
    select * from {{ ref('stg_strata__path_definitions') }}
),

asked as (
    select
        places.*,
        definitions.start_node is not null as has_start,
        definitions.end_node is not null as has_end,
        definitions.max_steps,
        cast(floor(definitions.max_steps / 2.0) as bigint) as half
    from places
    inner join definitions on places.path_code = definitions.path_code
),

-- Of a path with more nodes than are shown, those next to the point that was asked
-- for are: the last ones before an end, both ends between two points, else the first.
numbered as (
    select
        asked.*,
        case
            when not asked.has_end or asked.node_count <= asked.max_steps
                then asked.node_number
            when not asked.has_start
                then asked.node_number - asked.node_count + asked.max_steps
            when asked.node_number <= asked.half + 1 then asked.node_number
            when asked.node_number > asked.node_count - asked.half
                then asked.node_number - asked.node_count + 2 * asked.half + 1
        end as step_number
    from asked
),

shown as (
    select
        numbered.*,
        case
            when
                numbered.has_start
                and numbered.has_end
                and numbered.node_count > numbered.max_steps
                and numbered.step_number = numbered.half + 1 then '...'
            else numbered.node
        end as shown_node,
        coalesce(
            numbered.step_number >= 1
            and (
                numbered.step_number <= numbered.max_steps
                or numbered.has_start and numbered.has_end
            ),
            false
        ) as is_shown
    from numbered
),

linked as (
    select
        shown.*,
        lead(shown.shown_node) over (
            partition by shown.path_code, shown.path_key, shown.is_shown
            order by shown.node_number
        ) as next_node,
        lead(shown.reached_at) over (
            partition by shown.path_code, shown.path_key, shown.is_shown
            order by shown.node_number
        ) as left_at,
        row_number() over (
            partition by shown.path_code, shown.path_key, shown.node
            order by shown.node_number
        ) as visit_number
    from shown
),

final as (
    select
        linked.path_code,
        linked.unit,
        linked.scope_key,
        linked.path_key,
        linked.user_key,
        linked.path_date,
        linked.node_number,
        linked.node_count,
        linked.node,
        linked.visit_number = 1 as is_first_visit,
        linked.reached_at,
        linked.is_converted,
        case when linked.is_shown then linked.step_number end as step_number,
        case when linked.is_shown then linked.shown_node end as shown_node,
        case when linked.is_shown then linked.next_node end as next_node,
        cast(case
            when linked.is_shown then {{ strata__seconds_between(
                'linked.reached_at', 'linked.left_at'
            ) }}
        end as double) as next_seconds
    from linked
)

select * from final
