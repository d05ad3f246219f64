with events as (
    select
        coalesce(events.anonymous_id, '') as anonymous_id,
        coalesce(events.user_id, '') as user_id,
        events.event_at
    from {{ ref('stg_strata__events') }} as events
),

clock as (
    select * from {{ ref('core_clock') }}
),

final as (
    select
        events.anonymous_id,
        events.user_id,
        count(*) as event_count,
        min(events.event_at) as first_event_at,
        max(events.event_at) as last_event_at
    from events
    inner join clock
        on {{ strata__business_date('events.event_at') }} <= clock.as_of_date
    group by events.anonymous_id, events.user_id
)

select * from final
