-- The daily figures are those of the daily activity, the orders and the events.
with figures as (
    select * from {{ ref('metric_daily_figures') }}
),

expected as (
    select
        'dau' as metric_code,
        activity.date as metric_date,
        activity.dau as value
    from {{ ref('metric_activity_daily') }} as activity
    union all
    select
        'new_users' as metric_code,
        activity.date as metric_date,
        activity.new as value
    from {{ ref('metric_activity_daily') }} as activity
    union all
    select
        'events' as metric_code,
        events.event_date as metric_date,
        count(*) as value
    from {{ ref('core_events') }} as events
    group by events.event_date
    union all
    select
        'sessions' as metric_code,
        sessions.session_date as metric_date,
        count(*) as value
    from {{ ref('core_sessions') }} as sessions
    group by sessions.session_date
    union all
    select
        'net_amount' as metric_code,
        user_days.activity_date as metric_date,
        sum(user_days.net_amount) as value
    from {{ ref('core_user_days') }} as user_days
    group by user_days.activity_date
    union all
    select
        'orders' as metric_code,
        user_days.activity_date as metric_date,
        sum(user_days.order_count) as value
    from {{ ref('core_user_days') }} as user_days
    group by user_days.activity_date
),

compared as (
    select
        coalesce(figures.metric_code, expected.metric_code) as metric_code,
        coalesce(figures.metric_date, expected.metric_date) as metric_date,
        coalesce(figures.value, 0) as value,
        coalesce(expected.value, 0) as expected_value
    from figures
    full outer join expected
        on
            figures.metric_code = expected.metric_code
            and figures.metric_date = expected.metric_date
)

select *
from compared
where
    compared.value != compared.expected_value
    and compared.metric_code != 'registrations'
