with snapshots as (
    select * from {{ ref('feat_touched_snapshots') }}
),

people as (
    select * from {{ ref('feat_user_snapshots') }}
    where is_current
),

programs as (
    select * from {{ ref('tier_programs') }}
),

groups as (
    select * from {{ ref('tier_rule_groups') }}
),

standing as (
    select * from {{ strata__previous('tier_user_reviews') }}
),

grains as (
    select distinct programs.review_grain
    from programs
),

own as (
    select
        snapshots.user_key,
        grains.review_grain,
        min(snapshots.as_of_date) as from_date
    from snapshots
    inner join grains
        on {{ strata__is_period_end('grains.review_grain', 'snapshots.as_of_date') }}
    group by snapshots.user_key, grains.review_grain
),

standing_dates as (
    select distinct
        standing.program_code,
        standing.review_date
    from standing
),

dates as (
    select distinct
        groups.program_code,
        groups.review_date
    from groups
),

-- From a review that is new or is gone on, and where people are compared from the
-- first that one of them changes on, everybody is reviewed anew.
firsts as (
    select
        coalesce(dates.program_code, standing_dates.program_code) as program_code,
        coalesce(dates.review_date, standing_dates.review_date) as from_date
    from dates
    full outer join standing_dates
        on
            dates.program_code = standing_dates.program_code
            and dates.review_date = standing_dates.review_date
    where dates.review_date is null or standing_dates.review_date is null
    union all
    select
        programs.program_code,
        own.from_date
    from own
    inner join programs on own.review_grain = programs.review_grain
    where programs.is_comparing
),

everybody as (
    select people.user_key
    from people
    union
    select snapshots.user_key
    from snapshots
),

touched as (
    select
        own.user_key,
        programs.program_code,
        own.from_date as own_from_date,
        cast(null as date) as all_from_date
    from own
    inner join programs on own.review_grain = programs.review_grain
    union all
    select
        everybody.user_key,
        beginnings.program_code,
        cast(null as date) as own_from_date,
        beginnings.from_date as all_from_date
    from everybody
    cross join (
        select
            firsts.program_code,
            min(firsts.from_date) as from_date
        from firsts
        group by firsts.program_code
    ) as beginnings
    union all
    select distinct
        standing.user_key,
        standing.program_code,
        cast('1900-01-01' as date) as own_from_date,
        cast(null as date) as all_from_date
    from standing
    where standing.user_key not in (select people.user_key from people)
),

final as (
    select
        touched.user_key,
        touched.program_code,
        least(min(touched.own_from_date), min(touched.all_from_date)) as from_date,
        min(touched.own_from_date) as own_from_date,
        min(touched.all_from_date) as all_from_date
    from touched
    group by touched.user_key, touched.program_code
)

select * from final
