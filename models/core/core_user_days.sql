-- depends_on: {{ ref('core_replaced_days') }}
with events as (
    select * from {{ strata__touched(
        ref('core_events'),
        ref('core_touched_days'),
        {'user_key': 'user_key', 'event_date': 'activity_date'}
    ) }}
),

day_parts as (
    select * from {{ ref('stg_strata__day_parts') }}
),

visits as (
    select * from {{ strata__touched(
        ref('core_session_days'),
        ref('core_touched_days'),
        ['user_key', 'activity_date']
    ) }}
),

orders as (
    select * from {{ strata__touched(
        ref('core_orders'),
        ref('core_touched_days'),
        {'user_key': 'user_key', 'order_date': 'activity_date'}
    ) }}
),

event_days as (
    select
        events.user_key,
        events.event_date as activity_date,
        count(*) as event_count,
        count(*) filter (where events.event_type = 'page_view') as page_view_count,
        count(*) filter (where events.event_type = 'product_view')
            as product_view_count,
        count(*) filter (where events.event_type = 'search') as search_count,
        count(*) filter (where events.event_type = 'add_to_cart') as cart_count,
        count(*) filter (where events.event_type = 'content_view')
            as content_view_count,
        count(*) filter (where events.event_type = 'content_publish')
            as content_publish_count,
        count(*) filter (where events.event_type = 'share') as share_count,
        count(*) filter (where day_parts.day_part = 'night') as night_event_count
    from events
    left join day_parts
        on
            extract(hour from {{ strata__business_time('events.event_at') }})
            = day_parts.hour
    group by events.user_key, events.event_date
),

session_days as (
    select
        visits.user_key,
        visits.activity_date,
        count(*) filter (where visits.is_first_day) as session_count,
        count(*) filter (where visits.is_first_day and visits.is_engaged)
            as engaged_session_count,
        sum(visits.duration_seconds) as session_seconds
    from visits
    group by visits.user_key, visits.activity_date
),

order_days as (
    select
        orders.user_key,
        orders.order_date as activity_date,
        count(*) filter (where not orders.is_cancelled) as order_count,
        sum(orders.gross_amount) filter (where not orders.is_cancelled)
            as gross_amount,
        sum(orders.discount_amount) filter (where not orders.is_cancelled)
            as discount_amount,
        sum(orders.refunded_amount) filter (where not orders.is_cancelled)
            as refunded_amount,
        sum(orders.net_amount) as net_amount
    from orders
    group by orders.user_key, orders.order_date
),

days as (
    select
        event_days.user_key,
        event_days.activity_date
    from event_days
    union
    select
        session_days.user_key,
        session_days.activity_date
    from session_days
    union
    select
        order_days.user_key,
        order_days.activity_date
    from order_days
),

final as (
    select
        days.user_key,
        days.activity_date,
        coalesce(event_days.event_count, 0) as event_count,
        coalesce(event_days.page_view_count, 0) as page_view_count,
        coalesce(event_days.product_view_count, 0) as product_view_count,
        coalesce(event_days.search_count, 0) as search_count,
        coalesce(event_days.cart_count, 0) as cart_count,
        coalesce(event_days.content_view_count, 0) as content_view_count,
        coalesce(event_days.content_publish_count, 0) as content_publish_count,
        coalesce(event_days.share_count, 0) as share_count,
        coalesce(event_days.night_event_count, 0) as night_event_count,
        coalesce(session_days.session_count, 0) as session_count,
        coalesce(session_days.engaged_session_count, 0) as engaged_session_count,
        cast(coalesce(session_days.session_seconds, 0) as bigint) as session_seconds,
        coalesce(order_days.order_count, 0) as order_count,
        cast(coalesce(order_days.gross_amount, 0) as decimal(18, 2)) as gross_amount,
        cast(coalesce(order_days.discount_amount, 0) as decimal(18, 2))
            as discount_amount,
        cast(coalesce(order_days.refunded_amount, 0) as decimal(18, 2))
            as refunded_amount,
        cast(coalesce(order_days.net_amount, 0) as decimal(18, 2)) as net_amount
    from days
    left join event_days
        on
            days.user_key = event_days.user_key
            and days.activity_date = event_days.activity_date
    left join session_days
        on
            days.user_key = session_days.user_key
            and days.activity_date = session_days.activity_date
    left join order_days
        on
            days.user_key = order_days.user_key
            and days.activity_date = order_days.activity_date
)

select * from final
