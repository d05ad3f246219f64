-- Who moved up or down in the last review of each program, from where to where?
-- For the people behind a line and their reasons, read tier_user_history.
with moves as (
    select * from {{ ref('tier_user_moves') }}
),

tiers as (
    select * from {{ ref('stg_strata__tiers') }}
),

reviews as (
    select * from {{ ref('tier_user_reviews') }}
),

last_reviews as (
    select
        reviews.program_code,
        max(reviews.review_date) as review_date
    from reviews
    group by reviews.program_code
),

final as (
    select
        moves.program_code,
        moves.review_date,
        moves.move,
        coalesce(old_tiers.tier_code, 'none') as from_tier,
        coalesce(new_tiers.tier_code, 'none') as to_tier,
        count(*) as users
    from moves
    inner join last_reviews
        on
            moves.program_code = last_reviews.program_code
            and moves.review_date = last_reviews.review_date
    left join tiers as old_tiers
        on
            moves.program_code = old_tiers.program_code
            and moves.previous_rank = old_tiers.tier_rank
    left join tiers as new_tiers
        on
            moves.program_code = new_tiers.program_code
            and moves.tier_rank = new_tiers.tier_rank
    group by
        moves.program_code,
        moves.review_date,
        moves.move,
        old_tiers.tier_code,
        new_tiers.tier_code
)

select * from final
order by
    final.program_code asc,
    final.users desc,
    final.move asc,
    final.from_tier asc,
    final.to_tier asc
