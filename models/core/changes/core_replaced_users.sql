with touched as (
    select * from {{ ref('core_touched_users') }}
),

standing as (
    select * from {{ strata__previous('core_users') }}
),

logged as (
    select * from {{ strata__previous('core_replaced_users') }}
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
        standing.registered_at,
        standing.first_visit_at,
        standing.first_order_at
    from touched
    cross join runs
    left join standing on touched.user_key = standing.user_key
    where {{ strata__continues('core_users') }}
)

select * from final
