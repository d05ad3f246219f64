-- The days of any activity are those of metric_activity_daily; who is active on a
-- number of days of a month makes up the days that all of them are active on.
with daily as (
    select
        lifecycle.period_date,
        lifecycle.active,
        lifecycle.new,
        lifecycle."returning",
        lifecycle.resurrected,
        lifecycle.dormant
    from {{ ref('metric_lifecycle') }} as lifecycle
    where lifecycle.activity_code = 'any' and lifecycle.grain = 'day'
),

monthly as (
    select
        stickiness.window_date,
        sum(stickiness.users * stickiness.period_count) as active_days
    from {{ ref('metric_stickiness') }} as stickiness
    where stickiness.stickiness_code = 'days_of_month'
    group by stickiness.window_date
),

months as (
    select
        {{ strata__month_of('daily.period_date') }} as window_date,
        sum(daily.active) as active_days
    from daily
    group by {{ strata__month_of('daily.period_date') }}
)

select
    'daily' as part,
    cast(activity.date as varchar) as place
from {{ ref('metric_activity_daily') }} as activity
full outer join daily on activity.date = daily.period_date
where
    activity.dau is distinct from daily.active
    or activity.new is distinct from daily.new
    or activity."returning" is distinct from daily."returning"
    or activity.resurrected is distinct from daily.resurrected
    or activity.dormant is distinct from daily.dormant
union all
select
    'monthly' as part,
    cast(months.window_date as varchar) as place
from months
full outer join monthly on months.window_date = monthly.window_date
where months.active_days is distinct from monthly.active_days
