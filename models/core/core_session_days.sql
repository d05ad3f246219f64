with events as (
    select * from {{ strata__touched(
        ref('core_events'),
        ref('core_touched_sessions'),
        {'session_key': 'session_key', 'event_date': 'activity_date'}
    ) }}
),

platforms as (
    select * from {{ ref('core_platforms') }}
),

visits as (
    select
        events.session_key,
        events.user_key,
        events.event_date as activity_date,
        events.platform,
        count(*) as event_count,
        bool_or(coalesce(events.event_type in ('purchase', 'sign_up'), false))
            as has_conversion,
        min(events.event_at) as first_at,
        max(events.event_at) as last_at
    from events
    group by
        events.session_key, events.user_key, events.event_date, events.platform
),

timed as (
    select
        visits.*,
        cast(floor(
            {{ strata__seconds_between('visits.first_at', 'visits.last_at') }}
        ) as bigint) as duration_seconds
    from visits
),

final as (
    select
        timed.session_key,
        timed.user_key,
        timed.activity_date,
        timed.activity_date = min(timed.activity_date) over (
            partition by timed.session_key
        ) as is_first_day,
        timed.platform,
        timed.event_count,
        timed.duration_seconds,
        {{ strata__is_engaged('timed', 'platforms') }} as is_engaged
    from timed
    inner join platforms on timed.platform = platforms.platform
)

select * from final
