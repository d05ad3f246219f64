-- Net value and orders are the same at every layer: orders, their entries, person-days,
-- the current snapshots, and the repurchase metric with the orders it leaves out.
with orders as (
    select * from {{ ref('core_orders') }}
),

-- Free goods are no purchase, and what is paid back for them counts all the same.
bought as (
    select
        repurchase.net_amount,
        repurchase.purchases as order_count
    from {{ ref('metric_repurchase') }} as repurchase
    where
        repurchase.period_grain = 'month'
        and repurchase.segment = 'all'
        and repurchase.business_line = 'all'
    union all
    select
        orders.net_amount,
        1 as order_count
    from orders
    where not orders.is_cancelled and not orders.is_purchase
),

totals as (
    select
        'entries' as place,
        sum(entries.net_amount) as net_amount,
        sum(entries.order_count) as order_count
    from {{ ref('core_order_entries') }} as entries
    union all
    select
        'person-days' as place,
        sum(user_days.net_amount) as net_amount,
        sum(user_days.order_count) as order_count
    from {{ ref('core_user_days') }} as user_days
    union all
    select
        'snapshots' as place,
        sum(snapshots.net_amount_lifetime) as net_amount,
        sum(snapshots.order_count_lifetime) as order_count
    from {{ ref('feat_user_snapshots') }} as snapshots
    where snapshots.is_current
    union all
    select
        'repurchase' as place,
        sum(bought.net_amount) as net_amount,
        sum(bought.order_count) as order_count
    from bought
),

expected as (
    select
        sum(orders.net_amount) as net_amount,
        sum(case when orders.is_cancelled then 0 else 1 end) as order_count
    from orders
)

select totals.*
from totals
cross join expected
where
    coalesce(totals.net_amount, 0) != coalesce(expected.net_amount, 0)
    or coalesce(totals.order_count, 0) != coalesce(expected.order_count, 0)
