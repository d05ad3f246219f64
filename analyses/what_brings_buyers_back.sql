-- Which first purchases bring people back, surely more often than the average one? The
-- lower bound is compared, so that luck with few buyers does not win.
with products as (
    select * from {{ ref('metric_repurchase_products') }}
),

final as (
    select
        products.definition_code,
        products.scope,
        products.item_rank,
        products.item_code,
        products.category,
        products.mature_buyers,
        products.repurchase_rate,
        products.low_repurchase_rate,
        products.baseline_rate,
        products.low_repurchase_rate > products.baseline_rate as is_surely_better
    from products
    where products.is_enough
)

select * from final
order by final.definition_code, final.scope, final.item_rank
