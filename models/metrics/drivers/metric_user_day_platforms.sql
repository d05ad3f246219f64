with orders as (
    select * from {{ ref('core_orders') }}
),

session_days as (
    select * from {{ ref('core_session_days') }}
),

sessions as (
    select * from {{ ref('core_sessions') }}
),

visits as (
    select
        session_days.user_key,
        session_days.activity_date,
        {{ strata__first_by(
            'session_days.platform', ['sessions.started_at', 'session_days.platform']
        ) }} as platform
    from session_days
    inner join sessions on session_days.session_key = sessions.session_key
    group by session_days.user_key, session_days.activity_date
),

purchases as (
    select
        orders.user_key,
        orders.order_date,
        {{ strata__first_by(
            'orders.platform', ['orders.ordered_at', 'orders.platform']
        ) }} as platform
    from orders
    group by orders.user_key, orders.order_date
),

final as (
    select
        coalesce(visits.user_key, purchases.user_key) as user_key,
        coalesce(visits.activity_date, purchases.order_date) as activity_date,
        coalesce(visits.platform, purchases.platform) as platform
    from visits
    full outer join purchases
        on
            visits.user_key = purchases.user_key
            and visits.activity_date = purchases.order_date
)

select * from final
