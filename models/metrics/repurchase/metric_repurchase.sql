with counted as (
    select * from {{ ref('metric_purchase_segments') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

-- Person by person first: to number the purchases of each takes four times as long.
people as (
    select
        counted.period_grain,
        counted.period,
        counted.segment,
        counted.business_line,
        counted.tier,
        counted.category,
        counted.user_key,
        count(*) as purchases,
        sum(counted.net_amount) as net_amount
    from counted
    group by
        counted.period_grain,
        counted.period,
        counted.segment,
        counted.business_line,
        counted.tier,
        counted.category,
        counted.user_key
),

gaps as (
    select
        counted.period_grain,
        counted.period,
        counted.segment,
        counted.business_line,
        counted.tier,
        counted.category,
        percentile_cont(0.25) within group (order by counted.days_between)
            as p25_days_between,
        percentile_cont(0.5) within group (order by counted.days_between)
            as median_days_between,
        percentile_cont(0.75) within group (order by counted.days_between)
            as p75_days_between
    from counted
    group by
        counted.period_grain,
        counted.period,
        counted.segment,
        counted.business_line,
        counted.tier,
        counted.category
),

totals as (
    select
        people.period_grain,
        people.period,
        people.segment,
        people.business_line,
        people.tier,
        people.category,
        count(*) as buyers,
        count(*) filter (where people.purchases > 1) as repeat_buyers,
        cast(sum(people.purchases) as bigint) as purchases,
        cast(sum(people.net_amount) as decimal(18, 2)) as net_amount
    from people
    group by
        people.period_grain,
        people.period,
        people.segment,
        people.business_line,
        people.tier,
        people.category
),

final as (
    select
        totals.period_grain,
        totals.period,
        totals.segment,
        totals.business_line,
        totals.tier,
        totals.category,
        (
            totals.period_grain = 'month'
            and totals.period
            < {{ strata__month_of(strata__add_days('clock.as_of_date', 1)) }}
        ) as is_mature,
        totals.buyers,
        totals.repeat_buyers,
        cast(totals.repeat_buyers as double) / totals.buyers as repurchase_rate,
        totals.purchases,
        totals.net_amount,
        gaps.p25_days_between,
        gaps.median_days_between,
        gaps.p75_days_between
    from totals
    inner join gaps
        using (period_grain, period, segment, business_line, tier, category)
    cross join clock
)

select * from final
