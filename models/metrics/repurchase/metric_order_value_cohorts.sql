with purchases as (
    select * from {{ ref('metric_purchases') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

-- The days of a month are one month.
months as (
    select {{ strata__month_of('days.day') }} as period
    from {{ strata__days(ref('core_clock'), 'first_date', 'as_of_date') }} as days
    group by {{ strata__month_of('days.day') }}
),

cohorts as (
    select
        purchases.first_month as cohort_date,
        count(*) as buyers
    from purchases
    where purchases.purchase_number = 1
    group by purchases.first_month
),

monthly as (
    select
        purchases.first_month,
        purchases.order_month,
        count(distinct purchases.user_key) as active_buyers,
        count(*) as purchases,
        sum(purchases.net_amount) as net_amount
    from purchases
    group by purchases.first_month, purchases.order_month
),

cells as (
    select
        cohorts.cohort_date,
        {{ strata__months_between('cohorts.cohort_date', 'months.period') }}
            as period_number,
        months.period < {{ strata__month_of(strata__add_days('clock.as_of_date', 1)) }}
            as is_mature,
        cohorts.buyers,
        coalesce(monthly.active_buyers, 0) as active_buyers,
        coalesce(monthly.purchases, 0) as purchases,
        cast(coalesce(monthly.net_amount, 0) as decimal(18, 2)) as net_amount
    from cohorts
    inner join months on cohorts.cohort_date <= months.period
    cross join clock
    left join monthly
        on
            cohorts.cohort_date = monthly.first_month
            and months.period = monthly.order_month
),

summed as (
    select
        cells.*,
        cast(
            sum(cells.purchases) over (
                partition by cells.cohort_date order by cells.period_number
            ) as bigint
        ) as cumulative_purchases,
        cast(
            sum(cells.net_amount) over (
                partition by cells.cohort_date order by cells.period_number
            ) as decimal(18, 2)
        ) as cumulative_net_amount
    from cells
),

final as (
    select
        summed.cohort_date,
        summed.period_number,
        summed.is_mature,
        summed.buyers,
        summed.active_buyers,
        summed.purchases,
        summed.net_amount,
        summed.cumulative_purchases,
        summed.cumulative_net_amount,
        case
            when summed.is_mature
                then cast(summed.cumulative_net_amount as double) / summed.buyers
        end as net_per_buyer
    from summed
)

select * from final
