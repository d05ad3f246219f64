with events as (
    select events.*
    from {{ ref('metric_path_events') }} as events
    where events.node is not null or events.is_conversion
),

definitions as (
    select * from {{ ref('stg_strata__path_definitions') }}
),

-- Silence is between events of the path; what is no part of it breaks none.
spaced as (
    select
        events.*,
        case when definitions.unit = 'gap' then definitions.gap_seconds end as gap,
        max(case when events.node is not null then events.event_at end) over (
            partition by events.path_code, events.scope_key
            order by events.event_at, events.event_id
            rows between unbounded preceding and 1 preceding
        ) as previous_at
    from events
    inner join definitions on events.path_code = definitions.path_code
),

judged as (
    select
        spaced.*,
        coalesce(
            {{ strata__seconds_between('spaced.previous_at', 'spaced.event_at') }}
            > spaced.gap,
            false
        ) as is_silent
    from spaced
),

grouped as (
    select
        judged.*,
        {{ strata__latest(
            'case when judged.node is not null and (judged.previous_at is null or '
            ~ 'judged.is_silent) then judged.event_id end',
            'judged.path_code, judged.scope_key',
            'judged.event_at, judged.event_id'
        ) }} as path_key
    from judged
),

conversions as (
    select
        grouped.path_code,
        grouped.path_key,
        max(grouped.event_at) as last_conversion_at
    from grouped
    where
        grouped.is_conversion
        and not (grouped.node is null and grouped.is_silent)
        and grouped.path_key is not null
    group by grouped.path_code, grouped.path_key
),

visited as (
    select
        grouped.*,
        lag(grouped.node) over (
            partition by grouped.path_code, grouped.path_key
            order by grouped.event_at, grouped.event_id
        ) as previous_node
    from grouped
    where grouped.node is not null
),

placed as (
    select
        visited.*,
        definitions.unit,
        coalesce({{ strata__page('definitions.start_node') }}, visited.node)
        = visited.node as is_start,
        {{ strata__page('definitions.end_node') }} = visited.node as is_end,
        definitions.end_node is not null as has_end,
        row_number() over (
            partition by visited.path_code, visited.path_key
            order by visited.event_at, visited.event_id
        ) as place
    from visited
    inner join definitions on visited.path_code = definitions.path_code
    where
        not definitions.collapse_repeats
        or visited.previous_node is null
        or visited.previous_node != visited.node
),

started as (
    select
        placed.*,
        min(case when placed.is_start then placed.place end) over (
            partition by placed.path_code, placed.path_key
        ) as start_place
    from placed
),

ended as (
    select
        started.*,
        min(
            case
                when started.is_end and started.place >= started.start_place
                    then started.place
            end
        ) over (partition by started.path_code, started.path_key) as end_place
    from started
),

final as (
    select
        ended.path_code,
        ended.unit,
        ended.scope_key,
        ended.path_key,
        ended.user_key,
        {{ strata__business_date(
            'min(ended.event_at) over (partition by ended.path_code, ended.path_key)'
        ) }} as path_date,
        ended.place - ended.start_place + 1 as node_number,
        count(*) over (partition by ended.path_code, ended.path_key) as node_count,
        ended.node,
        ended.event_at as reached_at,
        coalesce(conversions.last_conversion_at >= min(ended.event_at) over (
            partition by ended.path_code, ended.path_key
        ), false) as is_converted
    from ended
    left join conversions
        on
            ended.path_code = conversions.path_code
            and ended.path_key = conversions.path_key
    where
        ended.place >= ended.start_place
        and (not ended.has_end or ended.place <= ended.end_place)
)

select * from final
