-- Where core_events continues its table, only the events that changed.
with events as (
    select * from {{ strata__touched(
        ref('stg_strata__events'),
        ref('core_changed_events'),
        ['event_id', 'event_at'],
        'core_events',
        near='event_at'
    ) }}
),

identities as (
    select * from {{ ref('core_identity_map') }}
),

event_types as (
    select * from {{ ref('stg_strata__event_types') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

denied as (
    select ids.id
    from {{ ref('core_identity_ids') }} as ids
    where ids.is_denied and ids.id_type = 'user_id'
),

-- An account on the event decides; else the account that the device belonged to then.
owned as (
    select
        events.*,
        true as is_identified,
        identities.user_key
    from events
    inner join identities
        on
            identities.id_type = 'user_id'
            and events.user_id = identities.id
    union all
    select
        events.*,
        false as is_identified,
        identities.user_key
    from events
    inner join identities
        on
            (events.user_id is null or events.user_id in (select denied.id from denied))
            and identities.id_type = 'anonymous_id'
            and events.anonymous_id = identities.id
            and events.event_at >= identities.valid_from
            and events.event_at < identities.valid_to
),

final as (
    select
        owned.event_id,
        owned.user_key,
        owned.is_identified,
        owned.event_name,
        event_types.event_type,
        owned.event_at,
        {{ strata__business_date('owned.event_at') }} as event_date,
        owned.loaded_at,
        {{ strata__named('owned.platform') }} as platform,
        owned.page,
        owned.product_id,
        owned.content_id,
        coalesce(owned.utm_source, '(none)')
        || ' / ' || coalesce(owned.utm_medium, '(none)')
        || ' / ' || coalesce(owned.referrer, '(none)') as traffic_source,
        owned.utm_source,
        owned.utm_medium,
        owned.utm_campaign,
        owned.utm_content,
        owned.utm_term,
        owned.referrer,
        owned.properties
    from owned
    inner join clock
        on {{ strata__business_date('owned.event_at') }} <= clock.as_of_date
    left join event_types on owned.event_name = event_types.event_name
)

select * from final
