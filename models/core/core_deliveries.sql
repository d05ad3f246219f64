with deliveries as (
    select * from {{ ref('stg_strata__deliveries') }}
),

rejected_rows as (
    select * from {{ ref('stg_strata__rejected_rows') }}
),

refused as (
    select
        rejected_rows.source_table,
        rejected_rows.delivered_date,
        count(*) filter (where rejected_rows.is_fault) as rejected_count,
        count(*) filter (where not rejected_rows.is_fault) as duplicate_count
    from rejected_rows
    group by rejected_rows.source_table, rejected_rows.delivered_date
),

final as (
    select
        deliveries.source_table,
        deliveries.delivered_date as arrived_date,
        deliveries.row_count,
        coalesce(refused.rejected_count, 0) as rejected_count,
        coalesce(refused.duplicate_count, 0) as duplicate_count
    from deliveries
    left join refused
        on
            deliveries.source_table = refused.source_table
            and deliveries.delivered_date = refused.delivered_date
)

select * from final
