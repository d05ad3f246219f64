with orders as (
    select * from {{ strata__touched(
        ref('core_order_headers'), ref('core_touched_orders'), ['order_id']
    ) }}
),

items as (
    select * from {{ ref('stg_strata__order_items') }}
),

final as (
    select
        orders.order_id,
        items.line_number,
        orders.order_key,
        orders.user_key,
        orders.order_date,
        {{ strata__business_date('orders.cancelled_at') }} as cancelled_date,
        items.product_id,
        cast(items.quantity as decimal(18, 4)) as unit_quantity,
        cast(
            items.quantity * items.unit_price * orders.currency_factor
            - cast(items.discount_amount as decimal(19, 2)) * orders.currency_factor
            as decimal(18, 2)
        ) as line_amount
    from items
    inner join orders on items.order_id = orders.order_id
)

select * from final
