with purchases as (
    select * from {{ ref('metric_purchases') }}
),

items as (
    select * from {{ ref('metric_purchase_items') }}
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
final as (
    select
        splits.period_grain,
        case
            when splits.period_grain = 'month' then opened.order_month
            else opened.opening_month
        end as period,
        splits.segment,
        case when splits.is_total then 'all' else opened.business_line end
            as business_line,
        case when splits.segment = 'tier' then opened.tier else 'all' end as tier,
        coalesce(items.category, 'all') as category,
        opened.user_key,
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
)

select * from final
