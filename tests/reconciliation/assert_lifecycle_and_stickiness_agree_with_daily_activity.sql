-- The days of any activity are those of metric_activity_daily; who is active on a
-- number of days of a month makes up the days that all of them are active on, where a
-- definition asks for it.
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

definitions as (
    select asked.stickiness_code
    from {{ ref('stg_strata__stickiness_definitions') }} as asked
    where
        asked.activity_code = 'any'
        and asked.grain = 'day'
        and asked.period_length = 1
        and asked.window_kind = 'month'
),

monthly as (
    select
        stickiness.stickiness_code,
        stickiness.window_date,
        sum(stickiness.users * stickiness.period_count) as active_days
    from {{ ref('metric_stickiness') }} as stickiness
    inner join definitions on stickiness.stickiness_code = definitions.stickiness_code
    group by stickiness.stickiness_code, stickiness.window_date
),

months as (
    select
        definitions.stickiness_code,
        {{ strata__month_of('daily.period_date') }} as window_date,
        sum(daily.active) as active_days
    from daily
    cross join definitions
    group by definitions.stickiness_code, {{ strata__month_of('daily.period_date') }}
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
full outer join monthly
    on
        months.stickiness_code = monthly.stickiness_code
        and months.window_date = monthly.window_date
where months.active_days is distinct from monthly.active_days
