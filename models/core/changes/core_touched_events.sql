with changed as (
    select * from {{ ref('core_changed_events') }}
),

arrived as (
    select * from {{ ref('core_owned_events') }}
),

platforms as (
    select * from {{ ref('core_platforms') }}
),

standing as (
    select * from {{ strata__previous('core_events') }}
),

visits as (
    select * from {{ strata__previous('core_sessions') }}
),

-- When somebody's events change: where they stood, and where they stand now.
moments as (
    select
        standing.user_key,
        standing.platform,
        standing.event_at
    from standing
    inner join changed on standing.event_id = changed.event_id
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
    from visits
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

replaced as (
    select changed.event_id
    from changed
    union
    select standing.event_id
    from standing
    where standing.run_key in (select runs.run_key from runs)
),

final as (
    select
        standing.event_id,
        standing.user_key,
        standing.session_key,
        standing.event_date
    from standing
    inner join replaced on standing.event_id = replaced.event_id
    where {{ strata__continues('core_events') }}
)

select * from final
