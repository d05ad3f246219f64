-- Tables are named where they are used: what is imported twice would be kept whole.
with platforms as (
    select * from {{ ref('core_platforms') }}
),

-- What changed, and what stood in the same runs of activity.
events as (
    select *
    from {{ ref('core_owned_events') }}
    union all
    select *
    from {{ ref('core_neighbour_events') }}
),

-- Few columns go through the windows; the others join at the end.
moments as (
    select
        arrived.event_id,
        arrived.user_key,
        arrived.platform,
        arrived.event_at
    from {{ ref('core_owned_events') }} as arrived
    union all
    select
        neighbours.event_id,
        neighbours.user_key,
        neighbours.platform,
        neighbours.event_at
    from {{ ref('core_neighbour_events') }} as neighbours
),

spaced as (
    select
        moments.*,
        lag(moments.event_at) over (
            partition by moments.user_key, moments.platform
            order by moments.event_at, moments.event_id
        ) as previous_at,
        platforms.session_gap_seconds,
        platforms.max_session_seconds
    from moments
    inner join platforms on moments.platform = platforms.platform
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

named as (
    select
        cut.event_id,
        cut.run_key,
        first_value(cut.event_id) over (
            partition by cut.run_key, cut.piece
            order by cut.event_at, cut.event_id
        ) as session_key
    from cut
),

final as (
    select
        events.event_id,
        events.user_key,
        named.session_key,
        named.run_key,
        events.is_identified,
        events.event_name,
        events.event_type,
        events.event_at,
        events.event_date,
        events.loaded_at,
        events.platform,
        events.page,
        events.product_id,
        events.content_id,
        events.traffic_source,
        events.utm_source,
        events.utm_medium,
        events.utm_campaign,
        events.utm_content,
        events.utm_term,
        events.referrer,
        events.properties
    from events
    inner join named on events.event_id = named.event_id
)

select * from final
