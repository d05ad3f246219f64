with places as (
    select * from {{ ref('metric_funnel_places') }}
),

funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

-- An event that serves steps stands here once more for each; it is one event.
strict as (
    select
        places.*,
        row_number() over (
            partition by places.funnel_code, places.chain_key, places.event_key
            order by places.step_number, places.role
        ) as copy_number
    from places
    inner join funnels on places.funnel_code = funnels.funnel_code
    where funnels.order_mode = 'strict' and places.role != 'exclusion'
),

-- All moments of the unit are counted through, also those of no step.
counted as (
    select
        strict.*,
        dense_rank() over (
            partition by strict.funnel_code, strict.chain_key
            order by strict.event_at
        ) as moment_number,
        sum(case when strict.copy_number = 1 then 1 else 0 end) over (
            partition by strict.funnel_code, strict.chain_key
            order by strict.event_at
            range between unbounded preceding and current row
        ) as events
    from strict
),

-- What is no such step has happened as often after one event of it as after the next.
grouped as (
    select
        counted.*,
        counted.events - count(*) over (
            partition by counted.funnel_code, counted.chain_key, counted.step_number
            order by counted.event_at
            range between unbounded preceding and current row
        ) as others
    from counted
    where counted.role = 'step'
),

final as (
    select
        grouped.funnel_code,
        grouped.chain_key,
        grouped.step_number,
        grouped.event_key,
        grouped.moment_number as event_number,
        max(grouped.moment_number) over (
            partition by
                grouped.funnel_code,
                grouped.chain_key,
                grouped.step_number,
                grouped.others
        ) as run_end
    from grouped
)

select * from final
