with changed as (
    select * from {{ ref('core_changed_events') }}
),

touched as (
    select * from {{ ref('core_touched_events') }}
),

ids as (
    select
        changed.event_id,
        changed.event_at
    from changed
    union
    select
        touched.event_id,
        touched.event_at
    from touched
),

final as (
    select
        touched.session_key,
        touched.user_key,
        touched.event_date as activity_date
    from touched
    union
    select
        events.session_key,
        events.user_key,
        events.event_date as activity_date
    from {{ strata__touched(
        ref('core_events'),
        'ids',
        ['event_id', 'event_at'],
        'core_events',
        near='event_at'
    ) }} as events
    inner join ids
        on
            events.event_id = ids.event_id
            and events.event_at = ids.event_at
)

select * from final
