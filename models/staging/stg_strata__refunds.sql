with refunds as (
    select * from {{ strata__accepted_rows('refunds') }}
),

final as (
    select
        refunds.refund_id,
        refunds.order_id,
        refunds.refunded_at,
        refunds.amount,
        refunds.loaded_at
    from refunds
)

select * from final
