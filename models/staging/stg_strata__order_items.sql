with order_items as (
    select * from {{ strata__accepted_rows('order_items') }}
),

final as (
    select
        order_items.order_id,
        order_items.line_number,
        order_items.product_id,
        order_items.quantity,
        order_items.unit_price,
        coalesce(order_items.discount_amount, 0) as discount_amount,
        order_items.loaded_at
    from order_items
)

select * from final
