-- What the drivers explain are the daily figures and the daily lifecycle.
with drivers as (
    select *
    from {{ ref('metric_drivers') }}
    where comparison = 'previous_day'
),

figures as (
    select * from {{ ref('metric_daily_figures') }}
),

activity as (
    select * from {{ ref('metric_activity_daily') }}
),

expected as (
    select
        figures.metric_date as date,
        figures.metric_code as metric,
        'all' as member,
        cast(figures.value as double) as value
    from figures
    union all
    select
        activity.date,
        'dau' as metric,
        'new' as member,
        activity.new as value
    from activity
    union all
    select
        activity.date,
        'dau' as metric,
        'resurrected' as member,
        activity.resurrected as value
    from activity
    union all
    select
        activity.date,
        'dau' as metric,
        'dormant' as member,
        -activity.dormant as value
    from activity
),

told as (
    select
        drivers.date,
        drivers.metric,
        drivers.member,
        case
            when drivers.dimension = 'all' then drivers.after
            else drivers.contribution
        end as value
    from drivers
    where
        drivers.dimension in ('all', 'lifecycle')
        and drivers.metric != 'conversion'
        and drivers.member != 'returning'
)

select
    told.*,
    expected.value as expected_value
from told
left join expected
    on
        told.date = expected.date
        and told.metric = expected.metric
        and told.member = expected.member
where {{ strata__rounded('told.value - coalesce(expected.value, 0)', 2) }} != 0
