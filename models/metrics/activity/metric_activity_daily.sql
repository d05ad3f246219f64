with user_days as (
    select * from {{ ref('core_user_days') }}
),

days as (
    select days.day
    from {{ strata__days(ref('core_clock'), 'first_date', 'as_of_date') }} as days
),

gaps as (
    select
        user_days.activity_date,
        lag(user_days.activity_date) over (
            partition by user_days.user_key order by user_days.activity_date
        ) as previous_date,
        lead(user_days.activity_date) over (
            partition by user_days.user_key order by user_days.activity_date
        ) as next_date
    from user_days
),

visits as (
    select
        gaps.activity_date,
        {{ strata__days_between('gaps.previous_date', 'gaps.activity_date') }}
            as days_since,
        {{ strata__days_between('gaps.activity_date', 'gaps.next_date') }} as days_until
    from gaps
),

-- An active day counts in the trailing window of W days for W days: its person comes
-- in after a silence of W days or more, and goes out W days after the last such day.
arrivals as (
    select
        visits.activity_date as day,
        count(*) as active_users,
        count(*) filter (where visits.days_since is null) as new_users,
        count(*) filter (where visits.days_since = 1) as returning_users,
        count(*) filter (where visits.days_since > 1) as resurrected_users,
        count(*) filter (where coalesce(visits.days_since, 7) >= 7) as into_week,
        count(*) filter (where coalesce(visits.days_since, 30) >= 30) as into_month
    from visits
    group by visits.activity_date
),

silences as (
    select {{ strata__add_days('visits.activity_date', 1) }} as day, 1 as span
    from visits
    where coalesce(visits.days_until, 2) > 1
    union all
    select {{ strata__add_days('visits.activity_date', 7) }} as day, 7 as span
    from visits
    where coalesce(visits.days_until, 7) >= 7
    union all
    select {{ strata__add_days('visits.activity_date', 30) }} as day, 30 as span
    from visits
    where coalesce(visits.days_until, 30) >= 30
),

departures as (
    select
        silences.day,
        count(*) filter (where silences.span = 1) as dormant_users,
        count(*) filter (where silences.span = 7) as out_of_week,
        count(*) filter (where silences.span = 30) as out_of_month
    from silences
    group by silences.day
),

daily as (
    select
        days.day,
        coalesce(arrivals.active_users, 0) as active_users,
        coalesce(arrivals.new_users, 0) as new_users,
        coalesce(arrivals.returning_users, 0) as returning_users,
        coalesce(arrivals.resurrected_users, 0) as resurrected_users,
        coalesce(departures.dormant_users, 0) as dormant_users,
        sum(coalesce(arrivals.into_week, 0) - coalesce(departures.out_of_week, 0))
            over (order by days.day) as weekly_users,
        sum(coalesce(arrivals.into_month, 0) - coalesce(departures.out_of_month, 0))
            over (order by days.day) as monthly_users
    from days
    left join arrivals on days.day = arrivals.day
    left join departures on days.day = departures.day
),

final as (
    select
        daily.day as date,
        daily.active_users as dau,
        cast(daily.weekly_users as bigint) as wau,
        cast(daily.monthly_users as bigint) as mau,
        cast(daily.active_users as double) / nullif(daily.monthly_users, 0)
            as stickiness,
        daily.new_users as new,
        daily.returning_users as "returning",
        daily.resurrected_users as resurrected,
        daily.dormant_users as dormant
    from daily
)

select * from final
