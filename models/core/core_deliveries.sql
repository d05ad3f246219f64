with arrivals as (
    select * from {{ ref('stg_strata__arrivals') }}
),

rejected_rows as (
    select * from {{ ref('stg_strata__rejected_rows') }}
),

refused as (
    select
        rejected_rows.source_table,
        rejected_rows.arrived_date,
        count(*) filter (where rejected_rows.is_fault) as rejected_count,
        count(*) filter (where not rejected_rows.is_fault) as duplicate_count
    from rejected_rows
    group by rejected_rows.source_table, rejected_rows.arrived_date
),

final as (
    select
        arrivals.source_table,
        arrivals.arrived_date,
        arrivals.known_count as row_count,
        coalesce(refused.rejected_count, 0) as rejected_count,
        coalesce(refused.duplicate_count, 0) as duplicate_count
    from arrivals
    left join refused
        on
            arrivals.source_table = refused.source_table
            and arrivals.arrived_date = refused.arrived_date
    where arrivals.known_count > 0
)

select * from final
