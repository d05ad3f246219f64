with orders as (
    select * from {{ ref('core_orders') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

purchases as (
    select
        orders.user_key,
        orders.order_key,
        orders.order_date,
        orders.business_line,
        orders.net_amount,
        {{ strata__month_of('orders.order_date') }} as order_month,
        {{ strata__month_of(
            'min(orders.order_date) over (partition by orders.user_key)'
        ) }}
            as first_month,
        {{ strata__month_of('min(orders.order_date) over ()') }} as opening_month,
        lag(orders.order_date) over (
            partition by orders.user_key order by orders.purchase_number
        ) as previous_date
    from orders
    where orders.is_purchase
),

spaced as (
    select
        purchases.*,
        {{ strata__days_between('purchases.previous_date', 'purchases.order_date') }}
            as days_between
    from purchases
),

-- A purchase counts in its month and in the life of its buyer, for its business line
-- and for all of them, among all buyers and among the new or the existing ones.
periods as (
    select
        spaced.*,
        'month' as period_grain,
        spaced.order_month as period,
        case when spaced.first_month = spaced.order_month then 'new' else 'existing' end
            as buyer_kind
    from spaced
    union all
    select
        spaced.*,
        'lifetime' as period_grain,
        spaced.opening_month as period,
        cast(null as varchar) as buyer_kind
    from spaced
),

counted as (
    select
        periods.period_grain,
        periods.period,
        segments.segment,
        case when scopes.is_total then 'all' else periods.business_line end
            as business_line,
        periods.user_key,
        periods.net_amount,
        periods.days_between,
        row_number() over (
            partition by
                periods.period_grain,
                periods.period,
                segments.segment,
                scopes.is_total,
                case when not scopes.is_total then periods.business_line end,
                periods.user_key
            order by periods.order_date, periods.order_key
        ) as purchase_in_period
    from periods
    inner join (
        select 'all' as segment
        union all
        select 'new' as segment
        union all
        select 'existing' as segment
    ) as segments
        on segments.segment = 'all' or periods.buyer_kind = segments.segment
    cross join (
        select true as is_total
        union all
        select false as is_total
    ) as scopes
),

final as (
    select
        counted.period_grain,
        counted.period,
        counted.segment,
        counted.business_line,
        (
            counted.period_grain = 'month'
            and counted.period
            < {{ strata__month_of(strata__add_days('max(clock.as_of_date)', 1)) }}
        ) as is_mature,
        count(*) filter (where counted.purchase_in_period = 1) as buyers,
        count(*) filter (where counted.purchase_in_period = 2) as repeat_buyers,
        cast(count(*) filter (where counted.purchase_in_period = 2) as double)
        / count(*) filter (where counted.purchase_in_period = 1) as repurchase_rate,
        count(*) as purchases,
        cast(sum(counted.net_amount) as decimal(18, 2)) as net_amount,
        cast(
            percentile_cont(0.5) within group (order by counted.days_between) as double
        ) as median_days_between
    from counted
    cross join clock
    group by
        counted.period_grain,
        counted.period,
        counted.segment,
        counted.business_line
)

select * from final
