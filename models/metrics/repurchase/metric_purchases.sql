with orders as (
    select * from {{ ref('core_orders') }}
),

tiers as (
    select * from {{ ref('metric_user_tiers') }}
),

purchases as (
    select
        orders.*,
        min(orders.order_date) over (partition by orders.user_key) as first_date,
        lag(orders.order_date) over (
            partition by orders.user_key order by orders.purchase_number
        ) as previous_date,
        lead(orders.order_date) over (
            partition by orders.user_key order by orders.purchase_number
        ) as next_date
    from orders
    where orders.is_purchase
),

final as (
    select
        purchases.order_key,
        purchases.user_key,
        purchases.order_date,
        {{ strata__month_of('purchases.order_date') }} as order_month,
        {{ strata__month_of('purchases.first_date') }} as first_month,
        purchases.purchase_number,
        {{ strata__days_between('purchases.previous_date', 'purchases.order_date') }}
            as days_between,
        purchases.next_date,
        purchases.net_amount,
        purchases.business_line,
        coalesce(tiers.tier_code, 'none') as tier
    from purchases
    left join tiers
        on
            purchases.user_key = tiers.user_key
            and purchases.order_date >= tiers.valid_from
            and purchases.order_date < tiers.valid_to
)

select * from final
