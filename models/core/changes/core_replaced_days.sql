with touched as (
    select * from {{ ref('core_touched_days') }}
),

standing as (
    select * from {{ strata__previous('core_user_days') }}
),

logged as (
    select * from {{ strata__previous('core_replaced_days') }}
),

runs as (
    select cast(coalesce(max(logged.run_number), 0) + 1 as bigint) as run_number
    from logged
),

final as (
    select
        runs.run_number,
        false as is_whole,
        standing.user_key is not null as is_standing,
        touched.user_key,
        touched.activity_date,
        standing.event_count,
        standing.session_count,
        standing.order_count
    from touched
    cross join runs
    left join standing
        on
            touched.user_key = standing.user_key
            and touched.activity_date = standing.activity_date
    where {{ strata__continues('core_user_days') }}
)

select * from final
