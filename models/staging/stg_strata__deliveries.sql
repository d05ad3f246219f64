with deliveries as (
    {{ strata__deliveries('events') }}
    union all
    {{ strata__deliveries('users') }}
    union all
    {{ strata__deliveries('identity_links') }}
    union all
    {{ strata__deliveries('orders') }}
    union all
    {{ strata__deliveries('order_items') }}
    union all
    {{ strata__deliveries('refunds') }}
    union all
    {{ strata__deliveries('products') }}
    union all
    {{ strata__deliveries('content') }}
    union all
    {{ strata__deliveries('ad_spend') }}
    union all
    {{ strata__deliveries('campaigns') }}
    union all
    {{ strata__deliveries('messages') }}
    union all
    {{ strata__deliveries('experiment_assignments') }}
    union all
    {{ strata__deliveries('points_ledger') }}
    union all
    {{ strata__deliveries('referrals') }}
    union all
    {{ strata__deliveries('feedback') }}
    union all
    {{ strata__deliveries('consents') }}
    union all
    {{ strata__deliveries('erasure_requests') }}
),

final as (
    select
        deliveries.source_table,
        deliveries.delivered_date,
        deliveries.row_count
    from deliveries
)

select * from final
