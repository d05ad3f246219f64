{{ config(severity='warn') }}
-- Refunds of orders that were never delivered lower nobody's value: they are kept in
-- staging and told here.
with refunds as (
    select * from {{ ref('stg_strata__refunds') }}
),

orders as (
    select * from {{ ref('stg_strata__orders') }}
)

select
    refunds.refund_id,
    refunds.order_id,
    refunds.amount
from refunds
where
    not exists (
        select 1
        from orders
        where orders.order_id = refunds.order_id
    )
