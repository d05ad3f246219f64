-- Which delivered rows did the warehouse not keep, and why?
-- Faults are for whoever delivers the table; superseded rows are normal.
with rejected as (
    select * from {{ ref('stg_strata__rejected_rows') }}
),

final as (
    select
        rejected.source_table,
        rejected.is_fault,
        rejected.reason_code,
        rejected.column_name,
        count(*) as rejected_rows,
        min(rejected.row_key) as example_key
    from rejected
    group by
        rejected.source_table,
        rejected.is_fault,
        rejected.reason_code,
        rejected.column_name
)

select * from final
order by
    final.is_fault desc,
    final.rejected_rows desc,
    final.source_table asc,
    final.reason_code asc,
    final.column_name asc
