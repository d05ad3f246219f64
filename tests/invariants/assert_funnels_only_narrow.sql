-- Nobody reaches a step of a funnel without the one before.
select
    steps.funnel_code,
    steps.period_grain,
    steps.entry_date,
    steps.step_number
from {{ ref('metric_funnel_steps') }} as steps
inner join {{ ref('metric_funnel_steps') }} as before
    on
        steps.funnel_code = before.funnel_code
        and steps.period_grain = before.period_grain
        and steps.entry_date = before.entry_date
        and steps.channel = before.channel
        and steps.platform = before.platform
        and steps.tier = before.tier
        and steps.first_channel = before.first_channel
        and steps.breakdown = before.breakdown
        and steps.step_number = before.step_number + 1
where
    steps.users > before.users
    or steps.mature_users > before.mature_users
    or steps.rate_from_start > before.rate_from_start
