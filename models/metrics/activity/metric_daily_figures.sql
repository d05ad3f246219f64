with user_days as (
    select * from {{ ref('core_user_days') }}
),

users as (
    select * from {{ ref('core_users') }}
),

orders as (
    select * from {{ ref('core_orders') }}
),

activity as (
    select
        user_days.activity_date as metric_date,
        count(*) as dau,
        sum(user_days.event_count) as events,
        sum(user_days.session_count) as sessions
    from user_days
    group by user_days.activity_date
),

persons as (
    select
        {{ strata__business_date('least(users.first_visit_at, users.first_order_at)') }}
            as first_date,
        {{ strata__business_date('users.registered_at') }} as registered_date
    from users
),

sales as (
    select
        orders.order_date as metric_date,
        count(*) filter (where not orders.is_cancelled) as orders,
        sum(orders.net_amount) as net_amount
    from orders
    group by orders.order_date
),

figures as (
    select
        'dau' as metric_code,
        activity.metric_date,
        activity.dau as value
    from activity
    union all
    select
        'events' as metric_code,
        activity.metric_date,
        activity.events as value
    from activity
    union all
    select
        'sessions' as metric_code,
        activity.metric_date,
        activity.sessions as value
    from activity
    union all
    select
        'new_users' as metric_code,
        persons.first_date as metric_date,
        count(*) as value
    from persons
    group by persons.first_date
    union all
    select
        'registrations' as metric_code,
        persons.registered_date as metric_date,
        count(*) as value
    from persons
    group by persons.registered_date
    union all
    select
        'orders' as metric_code,
        sales.metric_date,
        sales.orders as value
    from sales
    union all
    select
        'net_amount' as metric_code,
        sales.metric_date,
        sales.net_amount as value
    from sales
),

final as (
    select
        figures.metric_code,
        figures.metric_date,
        cast(figures.value as decimal(18, 2)) as value
    from figures
    where figures.metric_date is not null
)

select * from final
