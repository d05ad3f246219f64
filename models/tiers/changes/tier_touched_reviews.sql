with snapshots as (
    select * from {{ ref('feat_touched_snapshots') }}
),

people as (
    select * from {{ ref('feat_user_snapshots') }}
),

programs as (
    select * from {{ ref('tier_programs') }}
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

firsts as (
    select
        own.review_grain,
        min(own.from_date) as from_date
    from own
    group by own.review_grain
),

-- Where people are compared, one who changed may move anybody.
everybody as (
    select people.user_key
    from people
    where people.is_current
    union
    select snapshots.user_key
    from snapshots
),

compared as (
    select
        everybody.user_key,
        programs.program_code,
        firsts.from_date
    from programs
    inner join firsts on programs.review_grain = firsts.review_grain
    cross join everybody
    where programs.is_comparing
),

final as (
    select
        own.user_key,
        programs.program_code,
        own.from_date
    from own
    inner join programs on own.review_grain = programs.review_grain
    where not programs.is_comparing
    union all
    select
        compared.user_key,
        compared.program_code,
        compared.from_date
    from compared
)

select * from final
