with user_days as (
    select * from {{ strata__touched(
        ref('core_user_days'), ref('core_touched_days'), ['user_key', 'activity_date']
    ) }}
),

events as (
    select * from {{ strata__touched(
        ref('core_events'),
        ref('core_touched_days'),
        {'user_key': 'user_key', 'event_date': 'activity_date'}
    ) }}
),

orders as (
    select * from {{ strata__touched(
        ref('core_orders'),
        ref('core_touched_days'),
        {'user_key': 'user_key', 'order_date': 'activity_date'}
    ) }}
),

definitions as (
    select * from {{ ref('stg_strata__retention_definitions') }}
),

wanted as (
    select definitions.start_event as event_name from definitions
    union
    select definitions.return_event as event_name from definitions
),

-- A definition may name an event or a standard type of events.
named as (
    select
        events.user_key,
        events.event_date,
        events.event_name
    from events
    inner join wanted on events.event_name = wanted.event_name
    union
    select
        events.user_key,
        events.event_date,
        events.event_type as event_name
    from events
    inner join wanted on events.event_type = wanted.event_name
),

final as (
    select
        user_days.user_key,
        user_days.activity_date as event_date,
        'any' as event_name
    from user_days
    union all
    select
        orders.user_key,
        orders.order_date as event_date,
        'order' as event_name
    from orders
    where not orders.is_cancelled
    group by orders.user_key, orders.order_date
    union all
    select
        named.user_key,
        named.event_date,
        named.event_name
    from named
    where named.event_name not in ('any', 'order')
)

select * from final
