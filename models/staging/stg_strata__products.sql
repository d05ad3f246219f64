with products as (
    select * from {{ strata__accepted_rows('products') }}
),

final as (
    select
        products.product_id,
        products.product_name,
        products.category,
        products.brand,
        products.list_price,
        products.launched_at,
        products.loaded_at
    from products
)

select * from final
