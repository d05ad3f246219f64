with arrivals as (
    select * from {{ ref('stg_strata__arrivals') }}
),

settled as (
    select * from {{ strata__settled('stg_strata__arrivals') }}
),

-- Whatever came, went or was changed on a day of arrival changes its fingerprint.
days as (
    select
        coalesce(arrivals.source_table, settled.source_table) as source_table,
        coalesce(arrivals.arrived_date, settled.arrived_date) as arrived_date
    from arrivals
    full outer join settled
        on
            arrivals.source_table = settled.source_table
            and arrivals.arrived_date = settled.arrived_date
    where
        arrivals.row_fingerprint is distinct from settled.row_fingerprint
        or arrivals.row_count is distinct from settled.row_count
),

changed as (
    {{ strata__changed_rows('events', 'days') }}
    union all
    {{ strata__changed_rows('users', 'days') }}
    union all
    {{ strata__changed_rows('identity_links', 'days') }}
    union all
    {{ strata__changed_rows('orders', 'days') }}
    union all
    {{ strata__changed_rows('order_items', 'days') }}
    union all
    {{ strata__changed_rows('refunds', 'days') }}
    union all
    {{ strata__changed_rows('products', 'days') }}
    union all
    {{ strata__changed_rows('content', 'days') }}
    union all
    {{ strata__changed_rows('ad_spend', 'days') }}
    union all
    {{ strata__changed_rows('campaigns', 'days') }}
    union all
    {{ strata__changed_rows('messages', 'days') }}
    union all
    {{ strata__changed_rows('experiment_assignments', 'days') }}
    union all
    {{ strata__changed_rows('points_ledger', 'days') }}
    union all
    {{ strata__changed_rows('referrals', 'days') }}
    union all
    {{ strata__changed_rows('feedback', 'days') }}
    union all
    {{ strata__changed_rows('consents', 'days') }}
    union all
    {{ strata__changed_rows('erasure_requests', 'days') }}
),

final as (
    select
        changed.source_table,
        changed.row_key,
        changed.id_1,
        changed.id_2,
        changed.order_id
    from changed
    {% if not is_incremental() %} where false {% endif %}
)

select * from final
