-- Net = gross - discount - refunds while an order stands, and nothing once cancelled.
with orders as (
    select * from {{ ref('core_orders') }}
)

select *
from orders
where
    orders.net_amount != case
        when orders.is_cancelled then 0
        else orders.gross_amount - orders.discount_amount - orders.refunded_amount
    end
