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

-- What a build touched that did not settle; emptied when one does.
earlier as (
    select * from {{ strata__previous('feat_touched_snapshots') }}
),

standing_dates as (
    select
        standing.as_of_date,
        bool_and(standing.is_current) as is_current
    from standing
    group by standing.as_of_date
),

-- Dates that are new, are gone or are no longer current are touched for all. The last
-- day of a month stays, and nothing else is said of it than on the day itself.
moved_dates as (
    select
        coalesce(as_of_dates.as_of_date, standing_dates.as_of_date) as as_of_date,
        as_of_dates.as_of_date is null or standing_dates.as_of_date is null
            as has_changed
    from as_of_dates
    full outer join standing_dates
        on as_of_dates.as_of_date = standing_dates.as_of_date
    where as_of_dates.is_current is distinct from standing_dates.is_current
),

-- Those that stand, and those that are to be.
spine as (
    select
        standing.user_key,
        standing.as_of_date
    from standing
    union all
    select
        users.user_key,
        as_of_dates.as_of_date
    from users
    inner join as_of_dates on users.first_seen_date <= as_of_dates.as_of_date
),

found as (
    select
        spine.user_key,
        spine.as_of_date,
        touched.from_date <= spine.as_of_date or moved_dates.has_changed as has_changed
    from spine
    left join touched on spine.user_key = touched.user_key
    left join moved_dates on spine.as_of_date = moved_dates.as_of_date
    where
        touched.from_date <= spine.as_of_date
        or moved_dates.as_of_date is not null
    union all
    select
        earlier.user_key,
        earlier.as_of_date,
        earlier.has_changed
    from earlier
),

snapshots as (
    select
        found.user_key,
        found.as_of_date,
        coalesce(bool_or(found.has_changed), false) as has_changed
    from found
    group by found.user_key, found.as_of_date
),

final as (
    select
        snapshots.user_key,
        snapshots.as_of_date,
        users.user_key is not null and as_of_dates.as_of_date is not null
            as is_written,
        snapshots.has_changed,
        as_of_dates.is_current,
        as_of_dates.is_month_end
    from snapshots
    left join as_of_dates on snapshots.as_of_date = as_of_dates.as_of_date
    left join users
        on
            snapshots.user_key = users.user_key
            and snapshots.as_of_date >= users.first_seen_date
)

select * from final
