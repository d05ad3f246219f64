with tiers as (
    select * from {{ ref('strata', 'tier_user_current') }}
),

orders as (
    select * from {{ ref('strata', 'core_orders') }}
),

bought as (
    select
        orders.user_key,
        count(*) as order_count,
        sum(orders.net_amount) as net_amount
    from orders
    where not orders.is_cancelled
    group by orders.user_key
)

select
    tiers.user_key,
    tiers.tier_code,
    coalesce(bought.order_count, 0) as order_count,
    coalesce(bought.net_amount, 0) as net_amount
from tiers
left join bought on tiers.user_key = bought.user_key
where tiers.tier_code != 'none'
