-- Of first starts there is one a person: cohorts hold all who were ever active, or who
-- ever ordered.
with sizes as (
    select
        cohorts.definition_code,
        sum(cohorts.cohort_users) as users
    from {{ ref('metric_retention_cohorts') }} as cohorts
    where cohorts.period_number = 0
    group by cohorts.definition_code
),

people as (
    select
        'any' as start_event,
        count(distinct user_days.user_key) as users
    from {{ ref('core_user_days') }} as user_days
    inner join {{ ref('core_clock') }} as clock
        on user_days.activity_date <= clock.as_of_date
    union all
    select
        'order' as start_event,
        count(distinct orders.user_key) as users
    from {{ ref('core_orders') }} as orders
    inner join {{ ref('core_clock') }} as clock
        on orders.order_date <= clock.as_of_date
    where not orders.is_cancelled
)

select
    definitions.definition_code,
    people.users as people,
    sizes.users as in_cohorts
from {{ ref('stg_strata__retention_definitions') }} as definitions
inner join people on definitions.start_event = people.start_event
left join sizes on definitions.definition_code = sizes.definition_code
where
    definitions.start_scope = 'first_ever'
    and nullif(definitions.start_property, '') is null
    and coalesce(sizes.users, 0) != people.users
