with steps as (
    select * from {{ ref('metric_path_steps') }}
),

definitions as (
    select * from {{ ref('stg_strata__path_definitions') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

recent as (
    select
        steps.*,
        definitions.start_node is not null as has_start,
        definitions.end_node is not null as has_end,
        definitions.max_steps,
        cast(floor(definitions.max_steps / 2.0) as bigint) as half
    from steps
    inner join definitions on steps.path_code = definitions.path_code
    cross join clock
    where
        definitions.days is null
        or steps.path_date
        > {{ strata__add_days('clock.as_of_date', '-definitions.days') }}
),

-- Of a path with more nodes than are shown, those next to the point that was asked
-- for are: the last ones before an end, both ends between two points, else the first.
numbered as (
    select
        recent.*,
        case
            when not recent.has_end or recent.node_count <= recent.max_steps
                then recent.node_number
            when not recent.has_start
                then recent.node_number - recent.node_count + recent.max_steps
            when recent.node_number <= recent.half + 1 then recent.node_number
            when recent.node_number > recent.node_count - recent.half
                then recent.node_number - recent.node_count + 2 * recent.half + 1
        end as step_number
    from recent
),

final as (
    select
        numbered.path_code,
        numbered.path_key,
        numbered.user_key,
        numbered.step_number,
        case
            when
                numbered.has_start
                and numbered.has_end
                and numbered.node_count > numbered.max_steps
                and numbered.step_number = numbered.half + 1 then '...'
            else numbered.node
        end as node,
        numbered.reached_at,
        numbered.is_converted
    from numbered
    where
        numbered.step_number >= 1
        and (
            numbered.step_number <= numbered.max_steps
            or numbered.has_start and numbered.has_end
        )
)

select * from final
