-- Each unit that is not dropped counts once at step 1 of its day of entry.
with told as (
    select
        users.funnel_code,
        users.entry_date,
        count(distinct users.unit_key) as users
    from {{ ref('metric_funnel_users') }} as users
    where users.breakdown = 'all' and not users.is_dropped
    group by users.funnel_code, users.entry_date
),

counted as (
    select
        steps.funnel_code,
        steps.entry_date,
        steps.users
    from {{ ref('metric_funnel_steps') }} as steps
    where
        steps.period_grain = 'day'
        and steps.step_number = 1
        and steps.channel = 'all'
        and steps.platform = 'all'
        and steps.tier = 'all'
        and steps.first_channel = 'all'
        and steps.breakdown = 'all'
)

select
    told.funnel_code,
    told.entry_date,
    told.users,
    counted.users as counted_users
from told
left join counted
    on
        told.funnel_code = counted.funnel_code
        and told.entry_date = counted.entry_date
where coalesce(counted.users, 0) != told.users
