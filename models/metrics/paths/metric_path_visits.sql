with events as (
    select * from {{ ref('metric_path_events') }}
),

definitions as (
    select * from {{ ref('stg_strata__path_definitions') }}
),

-- Silence is between events of the path; what is no part of it breaks none, and stands
-- behind the nodes of its moment.
spaced as (
    select
        events.*,
        definitions.gap_seconds,
        max(case when events.node is not null then events.event_at end) over (
            partition by events.path_code, events.scope_key
            order by events.event_at, events.node nulls last, events.event_id
            rows between unbounded preceding and 1 preceding
        ) as previous_at
    from events
    inner join definitions
        on events.path_code = definitions.path_code and definitions.unit = 'gap'
),

judged as (
    select
        spaced.*,
        coalesce(
            {{ strata__seconds_between('spaced.previous_at', 'spaced.event_at') }}
            > spaced.gap_seconds,
            true
        ) as is_silent
    from spaced
),

grouped as (
    select
        judged.*,
        {{ strata__latest(
            'case when judged.node is not null and judged.is_silent '
            ~ 'then judged.event_id end',
            'judged.path_code, judged.scope_key',
            'judged.event_at, judged.node nulls last, judged.event_id'
        ) }} as path_key
    from judged
),

-- A session is a path as it is.
final as (
    select
        events.path_code,
        events.scope_key,
        events.user_key,
        events.event_id,
        events.event_at,
        events.node,
        events.is_conversion,
        events.scope_key as path_key
    from events
    inner join definitions
        on events.path_code = definitions.path_code and definitions.unit = 'session'
    union all
    select
        grouped.path_code,
        grouped.scope_key,
        grouped.user_key,
        grouped.event_id,
        grouped.event_at,
        grouped.node,
        grouped.is_conversion,
        grouped.path_key
    from grouped
    where grouped.node is not null or not grouped.is_silent
)

select * from final
