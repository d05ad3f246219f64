with arrivals as (
    {{ strata__arrivals('events') }}
    union all
    {{ strata__arrivals('users') }}
    union all
    {{ strata__arrivals('identity_links') }}
    union all
    {{ strata__arrivals('orders') }}
    union all
    {{ strata__arrivals('order_items') }}
    union all
    {{ strata__arrivals('refunds') }}
    union all
    {{ strata__arrivals('products') }}
    union all
    {{ strata__arrivals('content') }}
    union all
    {{ strata__arrivals('ad_spend') }}
    union all
    {{ strata__arrivals('campaigns') }}
    union all
    {{ strata__arrivals('messages') }}
    union all
    {{ strata__arrivals('experiment_assignments') }}
    union all
    {{ strata__arrivals('points_ledger') }}
    union all
    {{ strata__arrivals('referrals') }}
    union all
    {{ strata__arrivals('feedback') }}
    union all
    {{ strata__arrivals('consents') }}
    union all
    {{ strata__arrivals('erasure_requests') }}
),

final as (
    select
        arrivals.source_table,
        arrivals.arrived_date,
        arrivals.row_count,
        arrivals.row_fingerprint
    from arrivals
)

select * from final
