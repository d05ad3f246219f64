with snapshots as (
    select * from {{ ref('feat_touched_snapshots') }}
),

people as (
    select * from {{ ref('feat_user_snapshots') }}
),

standing as (
    select * from {{ strata__previous('tier_cuts') }}
),

dates as (
    select distinct people.as_of_date
    from people
),

standing_dates as (
    select distinct standing.as_of_date
    from standing
),

-- A cut is one of everybody: a date is touched with anybody on it who changed, and
-- where its cuts are missing or left over.
final as (
    select snapshots.as_of_date
    from snapshots
    where snapshots.has_changed
    union
    select coalesce(dates.as_of_date, standing_dates.as_of_date) as as_of_date
    from dates
    full outer join standing_dates on dates.as_of_date = standing_dates.as_of_date
    where dates.as_of_date is null or standing_dates.as_of_date is null
)

select * from final
