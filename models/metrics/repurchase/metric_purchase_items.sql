with purchases as (
    select * from {{ ref('metric_purchases') }}
),

lines as (
    select * from {{ ref('core_order_lines') }}
),

products as (
    select * from {{ ref('core_products') }}
),

bought as (
    select
        purchases.order_key,
        coalesce(lines.product_id, '(unknown)') as product_id,
        coalesce(products.category, '(unknown)') as category
    from purchases
    left join lines on purchases.order_key = lines.order_key
    left join products on lines.product_id = products.product_id
),

final as (
    select
        bought.order_key,
        'product' as scope,
        bought.product_id as item_code,
        bought.category
    from bought
    group by bought.order_key, bought.product_id, bought.category
    union all
    select
        bought.order_key,
        'category' as scope,
        bought.category as item_code,
        bought.category
    from bought
    group by bought.order_key, bought.category
)

select * from final
