with changed_rows as (
    select * from {{ ref('stg_strata__changed_rows') }}
),

clock_shift as (
    select * from {{ ref('core_clock_shift') }}
),

-- An import for each use: what is named twice would be kept whole.
events as (
    select * from {{ ref('stg_strata__events') }}
),

passed_events as (
    select * from {{ ref('stg_strata__events') }}
),

-- As they were and as they are.
final as (
    select
        changed_rows.row_key as event_id,
        changed_rows.moment as event_at,
        coalesce(changed_rows.id_1, '') as anonymous_id,
        coalesce(changed_rows.id_2, '') as user_id
    from changed_rows
    where
        changed_rows.source_table = 'events'
        and changed_rows.moment is not null
        and {{ strata__continues('core_identity_sightings') }}
    union
    select
        events.event_id,
        events.event_at,
        coalesce(events.anonymous_id, '') as anonymous_id,
        coalesce(events.user_id, '') as user_id
    from events
    where
        {{ strata__arrived_date('events.loaded_at') }} in (
            select changed_rows.arrived_date
            from changed_rows
            where changed_rows.source_table = 'events'
        )
        and events.event_id in (
            select changed_rows.row_key
            from changed_rows
            where changed_rows.source_table = 'events'
        )
        and {{ strata__continues('core_identity_sightings') }}
    union
    select
        passed_events.event_id,
        passed_events.event_at,
        coalesce(passed_events.anonymous_id, '') as anonymous_id,
        coalesce(passed_events.user_id, '') as user_id
    from passed_events
    inner join clock_shift
        on {{ strata__is_passed('passed_events.event_at', 'clock_shift') }}
    where {{ strata__continues('core_identity_sightings') }}
)

select * from final
