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

-- A key that changed has the ids of the row that it had, and the days of arrival of
-- all of its rows: no raw row of other days is read again.
standing as (
    {{ strata__standing_rows('events', 'changed') }}
    union all
    {{ strata__standing_rows('users', 'changed') }}
    union all
    {{ strata__standing_rows('identity_links', 'changed') }}
    union all
    {{ strata__standing_rows('orders', 'changed') }}
    union all
    {{ strata__standing_rows('order_items', 'changed') }}
    union all
    {{ strata__standing_rows('refunds', 'changed') }}
    union all
    {{ strata__standing_rows('products', 'changed') }}
    union all
    {{ strata__standing_rows('content', 'changed') }}
    union all
    {{ strata__standing_rows('ad_spend', 'changed') }}
    union all
    {{ strata__standing_rows('campaigns', 'changed') }}
    union all
    {{ strata__standing_rows('messages', 'changed') }}
    union all
    {{ strata__standing_rows('experiment_assignments', 'changed') }}
    union all
    {{ strata__standing_rows('points_ledger', 'changed') }}
    union all
    {{ strata__standing_rows('referrals', 'changed') }}
    union all
    {{ strata__standing_rows('feedback', 'changed') }}
    union all
    {{ strata__standing_rows('consents', 'changed') }}
    union all
    {{ strata__standing_rows('erasure_requests', 'changed') }}
    union all
    select
        rejected.source_table,
        rejected.row_key,
        rejected.arrived_date,
        cast(null as varchar) as id_type_1,
        cast(null as varchar) as id_1,
        cast(null as varchar) as id_type_2,
        cast(null as varchar) as id_2,
        cast(null as varchar) as order_id,
        cast(null as timestamp) as moment
    from {{ strata__previous('stg_strata__rejected_rows') }} as rejected
    where
        (rejected.source_table, rejected.row_key) in (
            select
                changed.source_table,
                changed.row_key
            from changed
        )
),

rows_of as (
    select * from changed
    union
    select * from standing
),

final as (
    select
        rows_of.source_table,
        rows_of.row_key,
        rows_of.arrived_date,
        rows_of.id_type_1,
        rows_of.id_1,
        rows_of.id_type_2,
        rows_of.id_2,
        rows_of.order_id,
        rows_of.moment
    from rows_of
    {% if not is_incremental() %} where false {% endif %}
)

select * from final
