with clock as (
    select * from {{ ref('core_clock') }}
),

events as (
    select events.*
    from {{ ref('stg_strata__events') }} as events
    inner join clock
        on {{ strata__business_date('events.event_at') }} <= clock.as_of_date
),

orders as (
    select orders.*
    from {{ ref('stg_strata__orders') }} as orders
    inner join clock
        on {{ strata__business_date('orders.ordered_at') }} <= clock.as_of_date
),

users as (
    select * from {{ ref('stg_strata__users') }}
),

-- An account without any time has always been there.
accounts as (
    select events.user_id
    from events
    where events.user_id is not null
    union
    select orders.user_id
    from orders
    union
    select users.user_id
    from users
    inner join clock
        on
            coalesce(users.registered_at, users.loaded_at) is null
            or {{ strata__business_date(
                'coalesce(users.registered_at, users.loaded_at)'
            ) }} <= clock.as_of_date
),

-- Internal and test accounts leave here, and nowhere else.
internal_accounts as (
    select users.user_id
    from users
    group by users.user_id
    having bool_or(users.is_internal)
),

logins as (
    select
        events.anonymous_id,
        events.user_id,
        events.event_at,
        events.event_id,
        lead(events.user_id) over (
            partition by events.anonymous_id order by events.event_at, events.event_id
        ) as next_user_id
    from events
    where events.anonymous_id is not null and events.user_id is not null
),

-- A device changes hands right after the last event of an account on it, so that
-- what follows anonymously belongs to the login that comes next.
handovers as (
    select
        logins.*,
        case
            when logins.next_user_id is null then timestamp '9999-12-31 00:00:00'
            else logins.event_at + interval '1 microsecond'
        end as valid_to
    from logins
    where logins.next_user_id is null or logins.next_user_id != logins.user_id
),

devices as (
    select
        handovers.anonymous_id,
        handovers.user_id,
        coalesce(
            lag(handovers.valid_to) over (
                partition by handovers.anonymous_id
                order by handovers.event_at, handovers.event_id
            ),
            timestamp '1900-01-01 00:00:00'
        ) as valid_from,
        handovers.valid_to
    from handovers
),

ids as (
    select
        'user_id' as id_type,
        accounts.user_id as id,
        accounts.user_id,
        timestamp '1900-01-01 00:00:00' as valid_from,
        timestamp '9999-12-31 00:00:00' as valid_to
    from accounts
    union all
    select
        'anonymous_id' as id_type,
        seen.anonymous_id as id,
        devices.user_id,
        coalesce(devices.valid_from, timestamp '1900-01-01 00:00:00') as valid_from,
        coalesce(devices.valid_to, timestamp '9999-12-31 00:00:00') as valid_to
    from (select distinct anonymous_id from events) as seen -- one row per event
    left join devices on seen.anonymous_id = devices.anonymous_id
    where seen.anonymous_id is not null
),

final as (
    select
        ids.id_type,
        ids.id,
        {{ strata__key([
            "case when ids.user_id is null then ids.id_type else 'user_id' end",
            'coalesce(ids.user_id, ids.id)'
        ]) }} as user_key,
        ids.valid_from,
        ids.valid_to
    from ids
    left join internal_accounts on ids.user_id = internal_accounts.user_id
    where internal_accounts.user_id is null and ids.valid_from < ids.valid_to
)

select * from final
