with events as (
    select * from {{ strata__touched(
        ref('core_events'),
        ref('metric_touched_funnel_days'),
        {'user_key': 'user_key', 'event_date': 'activity_date'},
        'metric_funnel_events'
    ) }}
),

orders as (
    select * from {{ strata__touched(
        ref('core_orders'),
        ref('metric_touched_funnel_days'),
        {'user_key': 'user_key', 'order_date': 'activity_date'},
        'metric_funnel_events'
    ) }}
),

final as (
    select
        events.event_id as event_key,
        events.user_key,
        events.session_key,
        events.event_name,
        coalesce(events.event_type, '') as event_type,
        events.event_at,
        events.event_date,
        events.platform,
        events.page,
        events.product_id,
        events.content_id,
        events.referrer,
        events.traffic_source,
        events.utm_source,
        events.utm_medium,
        events.utm_campaign,
        events.utm_content,
        events.utm_term,
        events.is_identified,
        events.properties
    from events
    union all
    select
        'order/' || orders.order_key as event_key,
        orders.user_key,
        cast(null as varchar) as session_key,
        'order' as event_name,
        '(order)' as event_type,
        orders.ordered_at as event_at,
        orders.order_date as event_date,
        orders.platform,
        cast(null as varchar) as page,
        cast(null as varchar) as product_id,
        cast(null as varchar) as content_id,
        cast(null as varchar) as referrer,
        cast(null as varchar) as traffic_source,
        cast(null as varchar) as utm_source,
        cast(null as varchar) as utm_medium,
        cast(null as varchar) as utm_campaign,
        cast(null as varchar) as utm_content,
        cast(null as varchar) as utm_term,
        true as is_identified,
        cast(null as varchar) as properties
    from orders
    where not orders.is_cancelled
)

select * from final
