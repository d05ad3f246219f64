-- One row per order and build is in the log of touched orders.
with touched as (
    select distinct orders.order_key
    from {{ ref('core_touched_orders') }} as orders
),

standing as (
    select * from {{ strata__previous('core_orders') }}
),

logged as (
    select * from {{ strata__previous('core_replaced_orders') }}
),

runs as (
    select cast(coalesce(max(logged.run_number), 0) + 1 as bigint) as run_number
    from logged
),

final as (
    select
        runs.run_number,
        false as is_whole,
        standing.order_key is not null as is_standing,
        touched.order_key,
        standing.user_key,
        standing.order_date,
        standing.is_cancelled,
        standing.gross_amount,
        standing.discount_amount,
        standing.net_amount
    from touched
    cross join runs
    left join standing on touched.order_key = standing.order_key
    where {{ strata__continues('core_orders') }}
)

select * from final
