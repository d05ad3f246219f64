with spine as (
    select * from {{ ref('feat_touched_snapshots') }}
    where is_written
),

lines as (
    select * from {{ ref('core_order_lines') }}
),

products as (
    select * from {{ ref('core_products') }}
),

-- The lines of the orders of a year that stood at the end of the date.
bought as (
    select
        spine.user_key,
        spine.as_of_date,
        lines.unit_quantity,
        coalesce(lines.line_amount, 0) as line_amount,
        products.category,
        products.brand,
        cast(products.list_price_index as decimal(19, 6)) as list_price_index,
        case
            when products.launched_date is null then null
            when
                {{ strata__days_between('products.launched_date', 'lines.order_date') }}
                < 90 then 1
            else 0
        end as is_new
    from lines
    inner join spine
        on
            lines.user_key = spine.user_key
            and lines.order_date <= spine.as_of_date
            and lines.order_date > {{ strata__add_days('spine.as_of_date', -365) }}
            and coalesce(lines.cancelled_date > spine.as_of_date, true)
    left join products on lines.product_id = products.product_id
),

categories as (
    select
        bought.user_key,
        bought.as_of_date,
        bought.category,
        sum(bought.line_amount) as amount,
        sum(sum(bought.line_amount)) over (
            partition by bought.user_key, bought.as_of_date
        ) as total_amount,
        count(*) over (
            partition by bought.user_key, bought.as_of_date
        ) as category_count,
        row_number() over (
            partition by bought.user_key, bought.as_of_date
            order by sum(bought.line_amount) desc, bought.category asc
        ) as place
    from bought
    where bought.category is not null
    group by bought.user_key, bought.as_of_date, bought.category
),

brands as (
    select
        bought.user_key,
        bought.as_of_date,
        bought.brand,
        sum(bought.line_amount) as amount,
        sum(sum(bought.line_amount)) over (
            partition by bought.user_key, bought.as_of_date
        ) as total_amount,
        row_number() over (
            partition by bought.user_key, bought.as_of_date
            order by sum(bought.line_amount) desc, bought.brand asc
        ) as place
    from bought
    where bought.brand is not null
    group by bought.user_key, bought.as_of_date, bought.brand
),

totals as (
    select
        bought.user_key,
        bought.as_of_date,
        sum(bought.list_price_index * bought.unit_quantity) as index_sum,
        sum(case when bought.list_price_index is not null then bought.unit_quantity end)
            as indexed_quantity,
        sum(bought.is_new) as new_count,
        count(bought.is_new) as dated_count
    from bought
    group by bought.user_key, bought.as_of_date
),

final as (
    select
        totals.user_key,
        totals.as_of_date,
        coalesce(categories.category_count, 0) as category_count_365d,
        cast(categories.amount as double)
        / nullif(cast(categories.total_amount as double), 0)
            as top_category_rate_365d,
        cast(brands.amount as double)
        / nullif(cast(brands.total_amount as double), 0) as top_brand_rate_365d,
        cast(totals.index_sum as double)
        / nullif(cast(totals.indexed_quantity as double), 0)
            as list_price_index_365d,
        cast(totals.new_count as double)
        / nullif(totals.dated_count, 0) as new_product_rate_365d,
        categories.category as top_category_365d,
        brands.brand as top_brand_365d
    from totals
    left join categories
        on
            totals.user_key = categories.user_key
            and totals.as_of_date = categories.as_of_date
            and categories.place = 1
    left join brands
        on
            totals.user_key = brands.user_key
            and totals.as_of_date = brands.as_of_date
            and brands.place = 1
)

select * from final
