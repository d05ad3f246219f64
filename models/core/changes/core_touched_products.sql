with products as (
    select * from {{ ref('core_products') }}
),

settled as (
    select * from {{ strata__settled('core_products') }}
),

gone as (
    select * from settled
    except
    select * from products
),

come as (
    select * from products
    except
    select * from settled
),

final as (
    select gone.product_id
    from gone
    where {{ strata__continues('core_order_lines') }}
    union
    select come.product_id
    from come
    where {{ strata__continues('core_order_lines') }}
)

select * from final
