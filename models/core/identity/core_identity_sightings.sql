-- An import for each use: of all events only those of the touched ids are read.
with device_events as (
    select * from {{ strata__touched(
        ref('stg_strata__events'), ref('core_arrived_events'), ['anonymous_id']
    ) }}
),

account_events as (
    select * from {{ strata__touched(
        ref('stg_strata__events'), ref('core_arrived_events'), ['user_id']
    ) }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

events as (
    select
        device_events.anonymous_id,
        coalesce(device_events.user_id, '') as user_id,
        device_events.event_at
    from device_events
    where device_events.anonymous_id is not null
    union all
    select
        '' as anonymous_id,
        account_events.user_id,
        account_events.event_at
    from account_events
    where account_events.anonymous_id is null
),

grouped as (
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
),

final as (
    select
        touched.anonymous_id,
        touched.user_id,
        touched.event_count,
        touched.first_event_at,
        touched.last_event_at
    from {{ strata__touched(
        'grouped', ref('core_arrived_events'), ['anonymous_id', 'user_id']
    ) }} as touched
)

select * from final
