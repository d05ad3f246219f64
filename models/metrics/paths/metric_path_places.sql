with entries as (
    select * from {{ ref('metric_path_visits') }}
),

definitions as (
    select * from {{ ref('stg_strata__path_definitions') }}
),

-- Where an end is asked for, few paths have it, and only these are laid out.
ending as (
    select distinct -- a path may reach its end several times
        entries.path_code,
        entries.path_key
    from entries
    inner join definitions
        on
            entries.path_code = definitions.path_code
            and entries.node = {{ strata__page('definitions.end_node') }}
),

visited as (
    select
        entries.*,
        lag(entries.node) over (
            partition by entries.path_code, entries.path_key
            order by entries.event_at, entries.node, entries.event_id
        ) as previous_node
    from entries
    inner join definitions on entries.path_code = definitions.path_code
    left join ending
        on entries.path_code = ending.path_code and entries.path_key = ending.path_key
    where
        entries.node is not null
        and (definitions.end_node is null or ending.path_key is not null)
),

placed as (
    select
        visited.*,
        definitions.unit,
        coalesce({{ strata__page('definitions.start_node') }}, visited.node)
        = visited.node as is_start,
        {{ strata__page('definitions.end_node') }} = visited.node as is_end,
        row_number() over (
            partition by visited.path_code, visited.path_key
            order by visited.event_at, visited.node, visited.event_id
        ) as place
    from visited
    inner join definitions on visited.path_code = definitions.path_code
    where
        not definitions.collapse_repeats
        or visited.previous_node is null
        or visited.previous_node != visited.node
),

bounds as (
    select
        placed.path_code,
        placed.path_key,
        min(case when placed.is_start then placed.place end) as start_place,
        min(case when placed.is_start then placed.event_at end) as start_at,
        max(placed.place) as last_place
    from placed
    group by placed.path_code, placed.path_key
),

ends as (
    select
        placed.path_code,
        placed.path_key,
        min(placed.place) as end_place
    from placed
    inner join bounds
        on placed.path_code = bounds.path_code and placed.path_key = bounds.path_key
    where placed.is_end and placed.place >= bounds.start_place
    group by placed.path_code, placed.path_key
),

conversions as (
    select
        entries.path_code,
        entries.path_key,
        max(entries.event_at) as last_conversion_at
    from entries
    where entries.is_conversion
    group by entries.path_code, entries.path_key
),

-- A path without its end has no last place, and so no rows.
paths as (
    select
        bounds.path_code,
        bounds.path_key,
        bounds.start_place,
        case
            when definitions.end_node is null then bounds.last_place
            else ends.end_place
        end as end_place,
        {{ strata__business_date('bounds.start_at') }} as path_date,
        coalesce(conversions.last_conversion_at >= bounds.start_at, false)
            as is_converted
    from bounds
    inner join definitions on bounds.path_code = definitions.path_code
    left join ends
        on bounds.path_code = ends.path_code and bounds.path_key = ends.path_key
    left join conversions
        on
            bounds.path_code = conversions.path_code
            and bounds.path_key = conversions.path_key
),

final as (
    select
        placed.path_code,
        placed.unit,
        placed.scope_key,
        placed.path_key,
        placed.user_key,
        paths.path_date,
        placed.place - paths.start_place + 1 as node_number,
        paths.end_place - paths.start_place + 1 as node_count,
        placed.node,
        placed.event_at as reached_at,
        paths.is_converted
    from placed
    inner join paths
        on placed.path_code = paths.path_code and placed.path_key = paths.path_key
    where placed.place between paths.start_place and paths.end_place
)

select * from final
