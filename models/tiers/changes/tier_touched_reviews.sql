with snapshots as (
    select * from {{ ref('feat_touched_snapshots') }}
),

scores as (
    select * from {{ ref('score_touched_users') }}
),

people as (
    select * from {{ ref('feat_user_snapshots') }}
    where is_current
),

vectors as (
    select * from {{ ref('tier_user_vectors') }}
),

programs as (
    select * from {{ ref('tier_programs') }}
),

bounds as (
    select * from {{ ref('tier_moved_bounds') }}
),

standing as (
    select * from {{ strata__previous('tier_user_reviews') }}
),

grains as (
    select distinct programs.review_grain
    from programs
),

changed as (
    select
        snapshots.user_key,
        snapshots.as_of_date
    from snapshots
    where snapshots.has_changed
    union all
    select
        scores.user_key,
        scores.as_of_date
    from scores
    where scores.has_changed
),

own as (
    select
        changed.user_key,
        grains.review_grain,
        min(changed.as_of_date) as from_date
    from changed
    inner join grains
        on {{ strata__is_period_end('grains.review_grain', 'changed.as_of_date') }}
    group by changed.user_key, grains.review_grain
),

-- Whoever changed, whom a bound passed that others moved, and who is gone.
touched as (
    select
        own.user_key,
        programs.program_code,
        own.from_date
    from own
    inner join programs on own.review_grain = programs.review_grain
    union all
    select
        vectors.user_key,
        bounds.program_code,
        bounds.review_date as from_date
    from vectors
    inner join bounds on vectors.as_of_date = bounds.review_date
    where
        {{ strata__element('vectors.number_values', 'bounds.number_position') }}
        >= bounds.first_value
        and {{ strata__element('vectors.number_values', 'bounds.number_position') }}
        < bounds.after_value
    union all
    select
        standing.user_key,
        standing.program_code,
        cast('1900-01-01' as date) as from_date
    from standing
    where standing.user_key not in (select people.user_key from people)
),

final as (
    select
        touched.user_key,
        touched.program_code,
        min(touched.from_date) as from_date
    from touched
    group by touched.user_key, touched.program_code
)

select * from final
