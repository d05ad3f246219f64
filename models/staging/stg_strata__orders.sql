with orders as (
    select *
    from {{ strata__accepted_rows('orders', ref('stg_strata__exchange_rates')) }}
),

final as (
    select
        orders.order_id,
        orders.user_id,
        orders.ordered_at,
        lower(orders.status) as status,
        orders.gross_amount,
        coalesce(orders.discount_amount, 0) as discount_amount,
        upper(orders.currency) as currency,
        orders.business_line,
        lower(orders.platform) as platform,
        orders.loaded_at
    from orders
)

select * from final
