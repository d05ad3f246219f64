with cells as (
    select * from {{ ref('metric_retention_cells') }}
),

final as (
    select
        cells.definition_code,
        cells.cohort_date,
        cells.cohort_hour,
        cells.dimension,
        cells.member,
        cells.period_number,
        cells.cohort_users,
        cells.mature_users,
        cells.retained_users,
        cells.mature_retained_users,
        cast(cells.mature_retained_users as double) / nullif(cells.mature_users, 0)
            as retention_rate,
        cells.mature_users = cells.cohort_users as is_mature
    from cells
    where cells.dimension != 'all'
)

select * from final
