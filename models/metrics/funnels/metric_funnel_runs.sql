with places as (
    select * from {{ ref('metric_funnel_places') }}
),

funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

strict as (
    select
        places.*,
        min(places.place) over (
            partition by places.funnel_code, places.chain_key, places.event_key
        ) as event_place
    from places
    inner join funnels on places.funnel_code = funnels.funnel_code
    where funnels.order_mode = 'strict' and places.role != 'exclusion'
),

-- All events of the unit are counted through, also those that are no step.
counted as (
    select
        strict.*,
        dense_rank() over (
            partition by strict.funnel_code, strict.chain_key
            order by strict.event_at, strict.event_place, strict.event_key
        ) as event_number
    from strict
),

grouped as (
    select
        counted.*,
        counted.event_number - row_number() over (
            partition by counted.funnel_code, counted.chain_key, counted.step_number
            order by counted.event_number
        ) as run
    from counted
    where counted.role = 'step'
),

final as (
    select
        grouped.funnel_code,
        grouped.chain_key,
        grouped.step_number,
        grouped.event_key,
        min(grouped.event_number) over (
            partition by
                grouped.funnel_code,
                grouped.chain_key,
                grouped.step_number,
                grouped.event_at,
                grouped.place
        ) as event_number,
        max(grouped.event_number) over (
            partition by
                grouped.funnel_code,
                grouped.chain_key,
                grouped.step_number,
                grouped.run
        ) as run_end
    from grouped
)

select * from final
