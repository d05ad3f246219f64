with events as (
    select * from {{ ref('stg_strata__events') }}
),

identities as (
    select * from {{ ref('core_identity_map') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

denied as (
    select ids.*
    from {{ ref('core_identity_ids') }} as ids
    where ids.is_denied
),

-- An id that is nobody is as if absent.
named as (
    select
        events.event_at,
        case
            when events.user_id is not null and accounts.id is null then 'user_id'
            when events.anonymous_id is not null and devices.id is null
                then 'anonymous_id'
        end as id_type,
        events.user_id,
        events.anonymous_id
    from events
    inner join clock
        on {{ strata__business_date('events.event_at') }} <= clock.as_of_date
    left join denied as accounts
        on accounts.id_type = 'user_id' and events.user_id = accounts.id
    left join denied as devices
        on devices.id_type = 'anonymous_id' and events.anonymous_id = devices.id
),

owned as (
    select
        case
            when named.id_type is null then 'nobody'
            when identities.user_key is null then 'left'
            else 'present'
        end as owner
    from named
    left join identities
        on
            named.id_type = identities.id_type
            and identities.id = case named.id_type
                when 'user_id' then named.user_id
                else named.anonymous_id
            end
            and named.event_at >= identities.valid_from
            and named.event_at < identities.valid_to
),

final as (
    select
        owned.owner,
        count(*) as event_count
    from owned
    group by owned.owner
)

select * from final
