-- Tables are named where they are used: what is imported twice would be kept whole.
with changed as (
    select * from {{ ref('core_changed_events') }}
),

arrived as (
    select * from {{ ref('core_owned_events') }}
),

platforms as (
    select * from {{ ref('core_platforms') }}
),

-- When somebody's events change: where they stood, and where they stand now.
moments as (
    select
        standing.user_key,
        standing.platform,
        standing.event_at
    from {{ strata__touched(
        strata__previous('core_events'),
        ref('core_changed_events'),
        ['event_id', 'event_at'],
        'core_events',
        near='event_at'
    ) }} as standing
    union
    select
        arrived.user_key,
        arrived.platform,
        arrived.event_at
    from arrived
    where {{ strata__continues('core_events') }}
),

-- An event can join, part or recut the runs of activity within one gap of it.
runs as (
    select distinct visits.run_key -- one row per moment and session
    from {{ strata__previous('core_sessions') }} as visits
    inner join moments
        on
            visits.user_key = moments.user_key
            and visits.platform = moments.platform
    inner join platforms on visits.platform = platforms.platform
    where
        {{ strata__seconds_between('moments.event_at', 'visits.started_at') }}
        <= platforms.session_gap_seconds
        and {{ strata__seconds_between('visits.ended_at', 'moments.event_at') }}
        <= platforms.session_gap_seconds
),

-- The days of all sessions of these runs, and one more on either side.
spans as (
    select distinct -- one row per session
        {{ strata__add_days(strata__business_date('visits.started_at'), -1) }}
            as from_date,
        {{ strata__add_days(strata__business_date('visits.ended_at'), 1) }}
            as until_date
    from {{ strata__previous('core_sessions') }} as visits
    where visits.run_key in (select runs.run_key from runs)
),

run_days as (
    select distinct days.day -- one row per span
    from {{ strata__days('spans', 'from_date', 'until_date') }} as days
),

replaced as (
    select
        changed.event_id,
        changed.event_at
    from changed
    union
    select
        standing.event_id,
        standing.event_at
    from {{ strata__previous('core_events') }} as standing
    where
        standing.run_key in (select runs.run_key from runs)
        and standing.event_date in (select run_days.day from run_days)
),

final as (
    select
        standing.event_id,
        standing.user_key,
        standing.session_key,
        standing.event_at,
        standing.event_date
    from {{ strata__touched(
        strata__previous('core_events'),
        'replaced',
        ['event_id', 'event_at'],
        'core_events',
        near='event_at'
    ) }} as standing
    where {{ strata__continues('core_events') }}
)

select * from final
