with arrived as (
    select * from {{ ref('core_arrived_events') }}
),

moved_ids as (
    select * from {{ ref('core_moved_ids') }}
),

events as (
    select * from {{ ref('stg_strata__events') }}
),

final as (
    select
        arrived.event_id,
        arrived.event_at
    from arrived
    where {{ strata__continues('core_events') }}
    union
    select
        events.event_id,
        events.event_at
    from events
    inner join moved_ids
        on
            moved_ids.id_type = 'user_id'
            and events.user_id = moved_ids.id
    union
    select
        events.event_id,
        events.event_at
    from events
    inner join moved_ids
        on
            moved_ids.id_type = 'anonymous_id'
            and events.anonymous_id = moved_ids.id
            and events.event_at >= moved_ids.valid_from
            and events.event_at < moved_ids.valid_to
)

select * from final
