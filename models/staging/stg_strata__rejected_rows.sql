with rejected as (
    {{ strata__rejected_rows('events') }}
    union all
    {{ strata__rejected_rows('users') }}
    union all
    {{ strata__rejected_rows('identity_links') }}
    union all
    {{ strata__rejected_rows('orders', ref('stg_strata__exchange_rates')) }}
    union all
    {{ strata__rejected_rows('order_items') }}
    union all
    {{ strata__rejected_rows('refunds') }}
    union all
    {{ strata__rejected_rows('products') }}
    union all
    {{ strata__rejected_rows('content') }}
    union all
    {{ strata__rejected_rows('ad_spend') }}
    union all
    {{ strata__rejected_rows('campaigns') }}
    union all
    {{ strata__rejected_rows('messages') }}
    union all
    {{ strata__rejected_rows('experiment_assignments') }}
    union all
    {{ strata__rejected_rows('points_ledger') }}
    union all
    {{ strata__rejected_rows('referrals') }}
    union all
    {{ strata__rejected_rows('feedback') }}
    union all
    {{ strata__rejected_rows('consents') }}
    union all
    {{ strata__rejected_rows('erasure_requests') }}
),

final as (
    select
        rejected.source_table,
        rejected.row_key,
        rejected.arrived_date,
        rejected.delivered_date,
        rejected.reason_code,
        rejected.column_name,
        rejected.reason_code != 'superseded' as is_fault,
        rejected.raw_values
    from rejected
)

select * from final
