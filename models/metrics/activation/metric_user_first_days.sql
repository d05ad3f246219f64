with users as (
    select * from {{ strata__touched(
        ref('core_users'), ref('core_touched_users'), ['user_key']
    ) }}
),

user_days as (
    select * from {{ strata__touched(
        ref('core_user_days'), ref('core_touched_users'), ['user_key']
    ) }}
),

events as (
    select * from {{ strata__touched(
        ref('core_events'), ref('core_touched_users'), ['user_key']
    ) }}
),

behaviours as (
    select * from {{ ref('stg_strata__activation_behaviours') }}
),

wanted as (
    select behaviours.event_name
    from behaviours
    group by behaviours.event_name
),

longest as (
    select max(behaviours.within_days) as within_days
    from behaviours
),

started as (
    select
        users.user_key,
        users.first_seen_date as seen_date,
        {{ strata__business_date('users.registered_at') }} as registered_date
    from users
),

-- The days from the first one seen on, and those from the registration on.
spans as (
    select
        started.*,
        {{ strata__add_days('started.seen_date', 'longest.within_days') }} as seen_to,
        {{ strata__add_days('started.registered_date', 'longest.within_days') }}
            as registered_to
    from started
    cross join longest
),

early_days as (
    select
        user_days.user_key,
        user_days.activity_date,
        user_days.event_count,
        user_days.order_count
    from user_days
    inner join spans
        on
            user_days.user_key = spans.user_key
            and (
                user_days.activity_date < spans.seen_to
                or (
                    user_days.activity_date >= spans.registered_date
                    and user_days.activity_date < spans.registered_to
                )
            )
),

-- A behaviour may name an event or a standard type of events; an event counts once.
named as (
    select
        events.user_key,
        events.event_date as activity_date,
        wanted.event_name
    from events
    inner join early_days
        on
            events.user_key = early_days.user_key
            and events.event_date = early_days.activity_date
    inner join wanted on wanted.event_name in (events.event_name, events.event_type)
),

final as (
    select
        early_days.user_key,
        early_days.activity_date,
        'any' as event_name,
        early_days.event_count + early_days.order_count as event_count
    from early_days
    union all
    select
        early_days.user_key,
        early_days.activity_date,
        'order' as event_name,
        early_days.order_count as event_count
    from early_days
    where early_days.order_count > 0
    union all
    select
        named.user_key,
        named.activity_date,
        named.event_name,
        count(*) as event_count
    from named
    where named.event_name not in ('any', 'order')
    group by named.user_key, named.activity_date, named.event_name
)

select * from final
