with arrived as (
    select * from {{ ref('core_arrived_events') }}
),

moved_ids as (
    select * from {{ ref('core_moved_ids') }}
),

-- An import for each use: what is named twice would be kept whole.
account_events as (
    select * from {{ ref('stg_strata__events') }}
),

device_events as (
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
        account_events.event_id,
        account_events.event_at
    from account_events
    inner join moved_ids
        on
            moved_ids.id_type = 'user_id'
            and account_events.user_id = moved_ids.id
    union
    select
        device_events.event_id,
        device_events.event_at
    from device_events
    inner join moved_ids
        on
            moved_ids.id_type = 'anonymous_id'
            and device_events.anonymous_id = moved_ids.id
            and device_events.event_at >= moved_ids.valid_from
            and device_events.event_at < moved_ids.valid_to
)

select * from final
