with arrived as (
    select * from {{ ref('core_owned_events') }}
),

neighbours as (
    select * from {{ ref('core_neighbour_events') }}
),

platforms as (
    select * from {{ ref('core_platforms') }}
),

-- What changed, and what stood in the same runs of activity.
events as (
    select *
    from arrived
    union all
    select *
    from neighbours
),

spaced as (
    select
        events.*,
        lag(events.event_at) over (
            partition by events.user_key, events.platform
            order by events.event_at, events.event_id
        ) as previous_at,
        platforms.session_gap_seconds,
        platforms.max_session_seconds
    from events
    inner join platforms on events.platform = platforms.platform
),

-- Silence of exactly the gap stays inside the session.
opened as (
    select
        spaced.*,
        case
            when spaced.previous_at is null then true
            else
                {{ strata__seconds_between('spaced.previous_at', 'spaced.event_at') }}
                > spaced.session_gap_seconds
        end as opens_session
    from spaced
),

grouped as (
    select
        opened.*,
        {{ strata__latest(
            'case when opened.opens_session then opened.event_id end',
            'opened.user_key, opened.platform',
            'opened.event_at, opened.event_id'
        ) }} as run_key,
        {{ strata__latest(
            'case when opened.opens_session then opened.event_at end',
            'opened.user_key, opened.platform',
            'opened.event_at, opened.event_id'
        ) }} as opened_at
    from opened
),

-- A session that never falls silent is cut into pieces of the greatest length.
cut as (
    select
        grouped.*,
        cast(floor(
            {{ strata__seconds_between('grouped.opened_at', 'grouped.event_at') }}
            / grouped.max_session_seconds
        ) as bigint) as piece
    from grouped
),

final as (
    select
        cut.event_id,
        cut.user_key,
        case
            when cut.piece = 0 then cut.run_key
            else cut.run_key || '.' || cast(cut.piece as varchar)
        end as session_key,
        cut.run_key,
        cut.is_identified,
        cut.event_name,
        cut.event_type,
        cut.event_at,
        cut.event_date,
        cut.loaded_at,
        cut.platform,
        cut.page,
        cut.product_id,
        cut.content_id,
        cut.traffic_source,
        cut.utm_source,
        cut.utm_medium,
        cut.utm_campaign,
        cut.utm_content,
        cut.utm_term,
        cut.referrer,
        cut.properties
    from cut
    {{ strata__laid_out_by('cut.event_at') }}
)

select * from final
