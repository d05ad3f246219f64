with as_of_dates as (
    select * from {{ ref('core_as_of_dates') }}
),

users as (
    select * from {{ ref('core_users') }}
),

touched as (
    select * from {{ ref('core_touched_users') }}
),

standing as (
    select * from {{ strata__previous('feat_user_snapshots') }}
),

standing_dates as (
    select
        standing.as_of_date,
        bool_and(standing.is_current) as is_current
    from standing
    group by standing.as_of_date
),

-- Dates that are new, are gone or are no longer current are touched for all.
moved_dates as (
    select coalesce(as_of_dates.as_of_date, standing_dates.as_of_date) as as_of_date
    from as_of_dates
    full outer join standing_dates
        on as_of_dates.as_of_date = standing_dates.as_of_date
    where as_of_dates.is_current is distinct from standing_dates.is_current
),

removed as (
    select
        standing.user_key,
        standing.as_of_date,
        touched.user_key is not null as has_changed
    from standing
    left join touched on standing.user_key = touched.user_key
    where
        touched.from_date <= standing.as_of_date
        or standing.as_of_date in (select moved_dates.as_of_date from moved_dates)
),

written as (
    select
        users.user_key,
        as_of_dates.as_of_date,
        as_of_dates.is_current,
        as_of_dates.is_month_end,
        touched.user_key is not null as has_changed
    from users
    inner join as_of_dates on users.first_seen_date <= as_of_dates.as_of_date
    left join touched on users.user_key = touched.user_key
    where
        touched.from_date <= as_of_dates.as_of_date
        or as_of_dates.as_of_date in (select moved_dates.as_of_date from moved_dates)
),

final as (
    select
        coalesce(written.user_key, removed.user_key) as user_key,
        coalesce(written.as_of_date, removed.as_of_date) as as_of_date,
        written.user_key is not null as is_written,
        coalesce(written.has_changed, removed.has_changed) as has_changed,
        written.is_current,
        written.is_month_end
    from written
    full outer join removed
        on
            written.user_key = removed.user_key
            and written.as_of_date = removed.as_of_date
)

select * from final
