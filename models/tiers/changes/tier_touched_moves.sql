with touched as (
    select * from {{ ref('tier_touched_reviews') }}
),

bounds as (
    select * from {{ ref('tier_moved_bounds') }}
),

programs as (
    select * from {{ ref('tier_programs') }}
),

reviews as (
    select * from {{ ref('tier_user_reviews') }}
),

standing as (
    select * from {{ strata__previous('tier_user_moves') }}
),

moves as (
    select
        reviews.user_key,
        reviews.program_code,
        reviews.review_date
    from reviews
    where reviews.move is not null
    union all
    select
        standing.user_key,
        standing.program_code,
        standing.review_date
    from standing
),

-- Who moved, or moves now, at a review that was held anew; and who moved by a bound
-- that the reason tells otherwise now.
final as (
    select
        moves.user_key,
        moves.program_code
    from moves
    inner join touched
        on
            moves.user_key = touched.user_key
            and moves.program_code = touched.program_code
            and moves.review_date >= touched.from_date
    inner join programs on moves.program_code = programs.program_code
    where not programs.is_trial
    union
    select
        standing.user_key,
        standing.program_code
    from standing
    inner join bounds
        on
            standing.program_code = bounds.program_code
            and standing.review_date = bounds.review_date
            and standing.explained_rank = bounds.tier_rank
            and standing.explained_by = bounds.condition
)

select * from final
