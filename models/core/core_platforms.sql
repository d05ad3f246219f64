with platforms as (
    select * from {{ ref('stg_strata__platforms') }}
),

events as (
    select * from {{ ref('stg_strata__events') }}
),

seen as (
    -- one row per event comes in
    select distinct {{ strata__named('events.platform') }} as platform
    from events
),

final as (
    select
        seen.platform,
        cast(
            coalesce(platforms.session_gap_seconds, defaults.session_gap_seconds)
            as bigint
        ) as session_gap_seconds,
        cast(
            coalesce(platforms.max_session_seconds, defaults.max_session_seconds)
            as bigint
        ) as max_session_seconds,
        cast(
            coalesce(platforms.engaged_event_count, defaults.engaged_event_count)
            as bigint
        ) as engaged_event_count,
        cast(
            coalesce(platforms.engaged_seconds, defaults.engaged_seconds)
            as bigint
        ) as engaged_seconds
    from seen
    inner join platforms as defaults on defaults.platform = 'default'
    left join platforms on seen.platform = platforms.platform
)

select * from final
