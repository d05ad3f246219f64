with events as (
    select * from {{ ref('stg_strata__events') }}
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
