with products as (
    select * from {{ ref('stg_strata__products') }}
),

priced as (
    select
        products.product_id,
        products.category,
        products.brand,
        cast(products.list_price as decimal(18, 4)) as list_price,
        {{ strata__business_date('products.launched_at') }} as launched_date,
        coalesce(
            {{ strata__business_date('products.launched_at') }},
            cast('1900-01-01' as date)
        ) as offered_from
    from products
),

-- What was offered later is not looked at: an old snapshot must not change with it.
compared as (
    select
        priced.*,
        sum(priced.list_price) over (
            partition by priced.category
            order by priced.offered_from
            range between unbounded preceding and current row
        ) as offered_amount,
        count(priced.list_price) over (
            partition by priced.category
            order by priced.offered_from
            range between unbounded preceding and current row
        ) as offered_count
    from priced
),

final as (
    select
        compared.product_id,
        compared.category,
        compared.brand,
        compared.list_price,
        compared.launched_date,
        case
            when compared.category is not null
                then cast(compared.list_price as double)
                    / nullif(
                        cast(compared.offered_amount as double)
                        / nullif(compared.offered_count, 0),
                        0
                    )
        end as list_price_index
    from compared
)

select * from final
