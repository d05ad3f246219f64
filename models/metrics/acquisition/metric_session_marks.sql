with sessions as (
    select * from {{ strata__touched(
        ref('core_sessions'), ref('core_touched_sessions'), ['session_key']
    ) }}
),

events as (
    select * from {{ strata__touched(
        ref('core_events'),
        ref('core_touched_sessions'),
        {'session_key': 'session_key', 'event_date': 'activity_date'}
    ) }}
),

-- Of several events that open a session in one moment the one whose source is that of
-- the session is asked.
openings as (
    select
        sessions.session_key,
        sessions.user_key,
        events.utm_source,
        events.utm_campaign,
        events.utm_content,
        events.utm_term,
        row_number() over (
            partition by sessions.session_key
            order by
                events.utm_source is null,
                events.referrer is null,
                events.traffic_source,
                events.utm_campaign nulls last,
                events.utm_content nulls last,
                events.utm_term nulls last,
                events.event_id
        ) as opening_number
    from sessions
    inner join events
        on
            sessions.session_key = events.session_key
            and sessions.started_at = events.event_at
            and sessions.session_date = events.event_date
),

final as (
    select
        openings.session_key,
        openings.user_key,
        {{ strata__mark('openings.utm_source') }} as media,
        {{ strata__mark('openings.utm_content') }} as ad_content,
        {{ strata__mark('openings.utm_term') }} as keyword,
        {{ strata__mark('openings.utm_campaign') }} as campaign_id
    from openings
    where
        openings.opening_number = 1
        and coalesce(
            openings.utm_source,
            openings.utm_content,
            openings.utm_term,
            openings.utm_campaign
        ) is not null
)

select * from final
