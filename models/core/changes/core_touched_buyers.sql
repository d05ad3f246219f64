with touched as (
    select * from {{ ref('core_touched_orders') }}
),

orders as (
    select * from {{ ref('core_order_headers') }}
),

final as (
    select
        touched.user_key,
        touched.order_date
    from touched
    where touched.user_key is not null
    union
    select
        orders.user_key,
        orders.order_date
    from orders
    inner join touched on orders.order_id = touched.order_id
)

select * from final
