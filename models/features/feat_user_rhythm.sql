with as_of_dates as (
    select * from {{ ref('core_as_of_dates') }}
),

users as (
    select * from {{ ref('core_users') }}
),

days as (
    select * from {{ ref('core_user_days') }}
),

-- Each day belongs to the first as-of date that sees it; as-of dates are at most a
-- month apart.
dated as (
    select
        days.user_key,
        min(as_of_dates.as_of_date) as as_of_date,
        days.activity_date
    from days
    inner join as_of_dates
        on
            days.activity_date <= as_of_dates.as_of_date
            and days.activity_date
            > {{ strata__add_days('as_of_dates.as_of_date', -31) }}
    group by days.user_key, days.activity_date
),

added as (
    select
        dated.user_key,
        dated.as_of_date,
        count(*) as active_day_count,
        min(dated.activity_date) as first_date,
        max(dated.activity_date) as last_date
    from dated
    group by dated.user_key, dated.as_of_date
),

spine as (
    select
        users.user_key,
        as_of_dates.as_of_date
    from users
    inner join as_of_dates on users.first_seen_date <= as_of_dates.as_of_date
),

summed as (
    select
        spine.user_key,
        spine.as_of_date,
        sum(added.active_day_count) over (
            partition by spine.user_key
            order by spine.as_of_date
            rows between unbounded preceding and current row
        ) as active_day_count_lifetime,
        min(added.first_date) over (
            partition by spine.user_key
            order by spine.as_of_date
            rows between unbounded preceding and current row
        ) as first_date,
        max(added.last_date) over (
            partition by spine.user_key
            order by spine.as_of_date
            rows between unbounded preceding and current row
        ) as last_date
    from spine
    left join added
        on
            spine.user_key = added.user_key
            and spine.as_of_date = added.as_of_date
),

final as (
    select
        summed.user_key,
        summed.as_of_date,
        cast(coalesce(summed.active_day_count_lifetime, 0) as bigint)
            as active_day_count_lifetime,
        {{ strata__days_between('summed.last_date', 'summed.as_of_date') }}
            as days_since_last_activity,
        cast(
            {{ strata__days_between('summed.first_date', 'summed.last_date') }}
            as double
        )
        / nullif(summed.active_day_count_lifetime - 1, 0) as days_between_active_days
    from summed
)

select * from final
