with steps as (
    select * from {{ ref('stg_strata__funnel_steps') }}
),

funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

final as (
    select steps.funnel_code
    from steps
    where steps.property like 'user.%'
    union
    select funnels.funnel_code
    from funnels
    where
        funnels.unit_property like 'user.%'
        or funnels.constant_property like 'user.%'
        or funnels.breakdown_property like 'user.%'
        or funnels.breakdown_property_2 like 'user.%'
)

select * from final
