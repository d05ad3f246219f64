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

traffic_sources as (
    select * from {{ ref('core_traffic_sources') }}
),

-- Events of one moment stand by what is asked of them: ids decide nothing.
visits as (
    select
        events.session_key,
        events.run_key,
        events.user_key,
        events.platform,
        min(events.event_at) as started_at,
        max(events.event_at) as ended_at,
        min(events.event_at) filter (where events.is_identified) as identified_at,
        count(*) as event_count,
        count(*) filter (where events.event_type = 'page_view') as page_view_count,
        bool_or(coalesce(events.event_type in ('purchase', 'sign_up'), false))
            as has_conversion,
        {{ strata__first_by('events.page', ['events.event_at', 'events.page']) }}
            as landing_page,
        {{ strata__last_by('events.page', ['events.event_at', 'events.page']) }}
            as exit_page,
        {{ strata__first_by('events.traffic_source', [
            'events.event_at',
            'events.utm_source is null',
            'events.referrer is null',
            'events.traffic_source',
        ]) }} as traffic_source
    from events
    group by
        events.session_key, events.run_key, events.user_key, events.platform
),

timed as (
    select
        visits.*,
        {{ strata__business_date('visits.started_at') }} as session_date,
        cast(floor(
            {{ strata__seconds_between('visits.started_at', 'visits.ended_at') }}
        ) as bigint) as duration_seconds
    from visits
),

final as (
    select
        timed.session_key,
        timed.run_key,
        timed.user_key,
        timed.started_at,
        timed.ended_at,
        timed.identified_at,
        timed.session_date,
        timed.duration_seconds,
        timed.event_count,
        timed.page_view_count,
        timed.platform,
        traffic_sources.channel,
        timed.traffic_source,
        timed.landing_page,
        timed.exit_page,
        timed.has_conversion,
        timed.event_count = 1 as is_bounce,
        {{ strata__is_engaged('timed', 'platforms') }} as is_engaged
    from timed
    inner join traffic_sources
        on timed.traffic_source = traffic_sources.traffic_source
    inner join platforms on timed.platform = platforms.platform
)

select * from final
