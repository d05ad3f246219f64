with days as (
    select * from {{ ref('metric_touched_funnel_days') }}
),

standing as (
    select * from {{ strata__previous('metric_funnel_events') }}
),

final as (
    select distinct
        standing.funnel_code,
        standing.unit_key
    from standing
    where
        exists (
            select 1 from days
            where standing.user_key = days.user_key
        )
)

select * from final
