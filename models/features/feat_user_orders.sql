with spine as (
    select * from {{ ref('feat_touched_snapshots') }}
    where is_written
),

entries as (
    select * from {{ ref('core_order_entries') }}
),

items as (
    select * from {{ ref('feat_user_items') }}
),

-- One row per day, whatever it is called.
holidays as (
    select distinct days.date as holiday_date
    from {{ ref('stg_strata__holidays') }} as days
),

-- An order as it stood at the end of the date: refunds and cancellations that came
-- later are not known yet.
standing as (
    select
        entries.user_key,
        spine.as_of_date,
        entries.order_key,
        entries.order_date,
        entries.business_line,
        holidays.holiday_date is not null as is_holiday,
        {{ strata__days_between('entries.order_date', 'spine.as_of_date') }}
            as days_ago,
        sum(entries.gross_amount) as gross_amount,
        sum(entries.discount_amount) as discount_amount,
        sum(entries.refunded_amount) as refunded_amount,
        sum(entries.net_amount) as net_amount
    from entries
    inner join spine
        on
            entries.user_key = spine.user_key
            and entries.entry_date <= spine.as_of_date
    left join holidays on entries.order_date = holidays.holiday_date
    group by
        entries.user_key,
        spine.as_of_date,
        entries.order_key,
        entries.order_date,
        entries.business_line,
        holidays.holiday_date
    having sum(entries.order_count) > 0
),

counted as (
    select
        standing.user_key,
        standing.as_of_date,
        count(*) as order_count_lifetime,
        count(distinct standing.order_date) as order_day_count_lifetime,
        count(*) filter (where standing.days_ago < 365) as order_count_365d,
        count(*) filter (where standing.days_ago < 90) as order_count_90d,
        count(*) filter (where standing.days_ago < 30) as order_count_30d,
        sum(standing.net_amount) as net_amount_lifetime,
        sum(standing.net_amount) filter (where standing.days_ago < 365)
            as net_amount_365d,
        sum(standing.net_amount) filter (where standing.days_ago < 90)
            as net_amount_90d,
        sum(standing.net_amount) filter (where standing.days_ago < 30)
            as net_amount_30d,
        sum(standing.gross_amount) filter (where standing.days_ago < 365)
            as gross_amount_365d,
        sum(standing.discount_amount) filter (where standing.days_ago < 365)
            as discount_amount_365d,
        sum(standing.refunded_amount) filter (where standing.days_ago < 365)
            as refunded_amount_365d,
        max(standing.net_amount) filter (where standing.days_ago < 365)
            as max_order_amount_365d,
        count(*) filter (
            where standing.days_ago < 365 and standing.discount_amount > 0
        ) as discounted_order_count_365d,
        count(*) filter (where standing.days_ago < 365 and standing.is_holiday)
            as holiday_order_count_365d,
        count(distinct standing.business_line) filter (where standing.days_ago < 365)
            as business_line_count_365d,
        min(standing.days_ago) as days_since_last_order,
        max(standing.days_ago) as days_since_first_order
    from standing
    group by standing.user_key, standing.as_of_date
),

final as (
    select
        counted.user_key,
        counted.as_of_date,
        counted.order_count_lifetime,
        counted.order_day_count_lifetime,
        counted.order_count_365d,
        counted.order_count_90d,
        counted.order_count_30d,
        cast(counted.net_amount_lifetime as decimal(18, 2)) as net_amount_lifetime,
        cast(coalesce(counted.net_amount_365d, 0) as decimal(18, 2))
            as net_amount_365d,
        cast(coalesce(counted.net_amount_90d, 0) as decimal(18, 2)) as net_amount_90d,
        cast(coalesce(counted.net_amount_30d, 0) as decimal(18, 2)) as net_amount_30d,
        cast(counted.net_amount_365d as double)
        / nullif(counted.order_count_365d, 0) as net_amount_per_order_365d,
        cast(counted.max_order_amount_365d as decimal(18, 2)) as max_order_amount_365d,
        cast(counted.discount_amount_365d as double)
        / nullif(cast(counted.gross_amount_365d as double), 0) as discount_rate_365d,
        cast(counted.discounted_order_count_365d as double)
        / nullif(counted.order_count_365d, 0) as discounted_order_rate_365d,
        cast(counted.refunded_amount_365d as double)
        / nullif(
            cast(counted.gross_amount_365d - counted.discount_amount_365d as double), 0
        ) as refund_rate_365d,
        cast(counted.holiday_order_count_365d as double)
        / nullif(counted.order_count_365d, 0) as holiday_order_rate_365d,
        counted.business_line_count_365d,
        counted.days_since_last_order,
        counted.days_since_first_order,
        cast(counted.days_since_first_order - counted.days_since_last_order as double)
        / nullif(counted.order_day_count_lifetime - 1, 0) as days_between_orders,
        coalesce(items.category_count_365d, 0) as category_count_365d,
        items.top_category_rate_365d,
        items.top_brand_rate_365d,
        items.list_price_index_365d,
        items.new_product_rate_365d,
        items.top_category_365d,
        items.top_brand_365d
    from counted
    left join items
        on
            counted.user_key = items.user_key
            and counted.as_of_date = items.as_of_date
)

select * from final
