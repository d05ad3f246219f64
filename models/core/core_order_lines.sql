with orders as (
    select * from {{ strata__touched(
        ref('core_order_headers'), ref('core_touched_orders'), ['order_id']
    ) }}
),

items as (
    select * from {{ ref('stg_strata__order_items') }}
),

priced as (
    select
        orders.order_id,
        items.line_number,
        orders.order_key,
        orders.user_key,
        orders.order_date,
        {{ strata__business_date('orders.cancelled_at') }} as cancelled_date,
        items.product_id,
        cast(items.quantity as decimal(18, 4)) as unit_quantity,
        items.quantity * items.unit_price * orders.currency_factor
        - cast(items.discount_amount as decimal(19, 2)) * orders.currency_factor
            as amount
    from items
    inner join orders on items.order_id = orders.order_id
),

final as (
    select
        priced.order_id,
        priced.line_number,
        priced.order_key,
        priced.user_key,
        priced.order_date,
        priced.cancelled_date,
        priced.product_id,
        priced.unit_quantity,
        {{ strata__try_cast('priced.amount', 'decimal') }} as line_amount
    from priced
)

select * from final
