with days as (
    select * from {{ ref('core_touched_days') }}
),

users as (
    select * from {{ ref('core_touched_users') }}
),

user_days as (
    select * from {{ ref('core_user_days') }}
),

steps as (
    select * from {{ ref('stg_strata__funnel_steps') }}
),

funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

asked_of_users as (
    select steps.property
    from steps
    where steps.property like 'user.%'
    union all
    select funnels.funnel_code as property
    from funnels
    where
        funnels.unit_property like 'user.%'
        or funnels.constant_property like 'user.%'
        or funnels.breakdown_property like 'user.%'
        or funnels.breakdown_property_2 like 'user.%'
),

-- Where a funnel asks for an attribute, who has another has other events everywhere.
final as (
    select
        days.user_key,
        days.activity_date
    from days
    union
    select
        user_days.user_key,
        user_days.activity_date
    from user_days
    inner join users on user_days.user_key = users.user_key
    where exists (select 1 from asked_of_users)
)

select * from final
