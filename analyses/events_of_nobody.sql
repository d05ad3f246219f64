-- What was done under ids that are nobody (strata__identity_denied), and is therefore
-- missing or anonymous? Many events under one such id are a fault of a collector.
with ids as (
    select * from {{ ref('core_identity_ids') }}
),

sightings as (
    select * from {{ ref('core_identity_sightings') }}
),

denied as (
    select ids.*
    from ids
    where ids.is_denied
),

-- An event belongs to nobody if neither its account nor its device is somebody.
lost as (
    select
        sightings.anonymous_id,
        sightings.user_id,
        sightings.event_count
    from sightings
    left join denied as accounts
        on accounts.id_type = 'user_id' and sightings.user_id = accounts.id
    left join denied as devices
        on devices.id_type = 'anonymous_id' and sightings.anonymous_id = devices.id
    where
        (sightings.user_id is null or accounts.id is not null)
        and (sightings.anonymous_id is null or devices.id is not null)
),

final as (
    select
        denied.id_type,
        denied.id,
        denied.event_count,
        coalesce(sum(lost.event_count), 0) as events_of_nobody,
        denied.order_count as orders_of_nobody
    from denied
    left join lost
        on
            (denied.id_type = 'user_id' and denied.id = lost.user_id)
            or (denied.id_type = 'anonymous_id' and denied.id = lost.anonymous_id)
    group by denied.id_type, denied.id, denied.event_count, denied.order_count
)

select * from final
order by
    final.event_count desc,
    final.orders_of_nobody desc,
    final.id_type asc,
    final.id asc
