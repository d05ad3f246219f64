-- Every event of a person is in one session and one person-day; every person-day is in
-- the daily actives; every account of the last review is in the membership.
with counts as (
    select
        'events in sessions' as place,
        (select count(*) from {{ ref('core_events') }}) as expected,
        (
            select coalesce(sum(sessions.event_count), 0)
            from {{ ref('core_sessions') }} as sessions
        ) as found
    union all
    select
        'events in person-days' as place,
        (select count(*) from {{ ref('core_events') }}) as expected,
        (
            select coalesce(sum(user_days.event_count), 0)
            from {{ ref('core_user_days') }} as user_days
        ) as found
    union all
    select
        'sessions in person-days' as place,
        (select count(*) from {{ ref('core_sessions') }}) as expected,
        (
            select coalesce(sum(user_days.session_count), 0)
            from {{ ref('core_user_days') }} as user_days
        ) as found
    union all
    select
        'person-days in daily actives' as place,
        (select count(*) from {{ ref('core_user_days') }}) as expected,
        (
            select coalesce(sum(daily.dau), 0)
            from {{ ref('metric_activity_daily') }} as daily
        ) as found
)

select *
from counts
where counts.expected != counts.found
