with days as (
    select * from {{ ref('core_touched_days') }}
),

users as (
    select * from {{ ref('core_touched_users') }}
),

user_days as (
    select * from {{ ref('core_user_days') }}
),

askers as (
    select * from {{ ref('metric_funnel_askers') }}
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
    where exists (select 1 from askers)
)

select * from final
