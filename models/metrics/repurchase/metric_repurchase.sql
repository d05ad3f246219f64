with purchases as (
    select * from {{ ref('metric_purchases') }}
),

items as (
    select * from {{ ref('metric_purchase_items') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

opened as (
    select
        purchases.*,
        min(purchases.order_month) over () as opening_month,
        case
            when purchases.first_month = purchases.order_month then 'new'
            else 'existing'
        end as buyer_kind
    from purchases
),

splits as (
    select
        grains.period_grain,
        segments.segment,
        scopes.is_total
    from (
        select 'all' as segment
        union all
        select 'new' as segment
        union all
        select 'existing' as segment
        union all
        select 'tier' as segment
        union all
        select 'category' as segment
    ) as segments
    inner join (
        select 'month' as period_grain
        union all
        select 'lifetime' as period_grain
    ) as grains
        on
            grains.period_grain = 'month'
            or segments.segment not in ('new', 'existing')
    cross join (
        select true as is_total
        union all
        select false as is_total
    ) as scopes
),

-- A purchase counts in its month and in the life of its buyer, for its business line
-- and for all of them, and in each segment for what it is there.
counted as (
    select
        splits.period_grain,
        case
            when splits.period_grain = 'month' then opened.order_month
            else opened.opening_month
        end as period,
        splits.segment,
        case when splits.segment = 'tier' then opened.tier else 'all' end as tier,
        coalesce(items.category, 'all') as category,
        case when splits.is_total then 'all' else opened.business_line end
            as business_line,
        opened.user_key,
        opened.purchase_number,
        opened.net_amount,
        opened.days_between
    from opened
    inner join splits
        on
            splits.segment not in ('new', 'existing')
            or opened.buyer_kind = splits.segment
    left join items
        on opened.order_key = items.order_key and splits.segment = items.scope
    where splits.segment != 'category' or items.category is not null
),

ranked as (
    select
        counted.*,
        row_number() over (
            partition by
                counted.period_grain,
                counted.period,
                counted.segment,
                counted.tier,
                counted.category,
                counted.business_line,
                counted.user_key
            order by counted.purchase_number
        ) as purchase_in_period
    from counted
),

final as (
    select
        ranked.period_grain,
        ranked.period,
        ranked.segment,
        ranked.business_line,
        ranked.tier,
        ranked.category,
        (
            ranked.period_grain = 'month'
            and ranked.period
            < {{ strata__month_of(strata__add_days('max(clock.as_of_date)', 1)) }}
        ) as is_mature,
        count(*) filter (where ranked.purchase_in_period = 1) as buyers,
        count(*) filter (where ranked.purchase_in_period = 2) as repeat_buyers,
        cast(count(*) filter (where ranked.purchase_in_period = 2) as double)
        / count(*) filter (where ranked.purchase_in_period = 1) as repurchase_rate,
        count(*) as purchases,
        cast(sum(ranked.net_amount) as decimal(18, 2)) as net_amount,
        cast(
            percentile_cont(0.25) within group (order by ranked.days_between) as double
        ) as p25_days_between,
        cast(
            percentile_cont(0.5) within group (order by ranked.days_between) as double
        ) as median_days_between,
        cast(
            percentile_cont(0.75) within group (order by ranked.days_between) as double
        ) as p75_days_between
    from ranked
    cross join clock
    group by
        ranked.period_grain,
        ranked.period,
        ranked.segment,
        ranked.business_line,
        ranked.tier,
        ranked.category
)

select * from final
