-- The cohorts hold every purchase once, net of refunds, by month and summed up.
with cohorts as (
    select * from {{ ref('metric_order_value_cohorts') }}
),

orders as (
    select * from {{ ref('core_orders') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

totals as (
    select
        'by month' as place,
        sum(cohorts.net_amount) as net_amount,
        sum(cohorts.purchases) as purchases
    from cohorts
    union all
    select
        'summed up' as place,
        sum(cohorts.cumulative_net_amount) as net_amount,
        sum(cohorts.cumulative_purchases) as purchases
    from cohorts
    inner join clock
        on
            cohorts.period_number
            = {{ strata__months_between('cohorts.cohort_date', 'clock.as_of_date') }}
),

expected as (
    select
        sum(orders.net_amount) as net_amount,
        count(*) as purchases
    from orders
    where orders.is_purchase
)

select totals.*
from totals
cross join expected
where
    coalesce(totals.net_amount, 0) != coalesce(expected.net_amount, 0)
    or coalesce(totals.purchases, 0) != coalesce(expected.purchases, 0)
