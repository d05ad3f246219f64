with funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

steps as (
    select * from {{ ref('stg_strata__funnel_steps') }}
),

counted as (
    select
        steps.funnel_code,
        max(case when steps.role = 'step' then steps.step_number end) as step_count,
        max(steps.exclusion_scope) as exclusion_scope
    from steps
    group by steps.funnel_code
),

final as (
    select
        row_number() over (order by funnels.funnel_code) as funnel_number,
        funnels.funnel_code,
        funnels.order_mode,
        funnels.window_seconds * 1000000 as window_moments,
        case
            when funnels.ties = 'refused' then 4095
            when funnels.simultaneous_seconds > 0
                then
                    -4096
                    * cast(floor(funnels.simultaneous_seconds * 1000000) as bigint)
        end as next_offset,
        counted.step_count,
        counted.exclusion_scope
    from funnels
    inner join counted on funnels.funnel_code = counted.funnel_code
)

select * from final
