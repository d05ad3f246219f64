with touched as (
    select * from {{ ref('tier_touched_reviews') }}
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

-- Who moved, or moves now, at a review that was held anew.
final as (
    select distinct
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
)

select * from final
