with reviews as (
    select * from {{ strata__touched(
        ref('tier_user_reviews'),
        ref('tier_touched_moves'),
        ['user_key', 'program_code']
    ) }}
),

programs as (
    select * from {{ ref('tier_programs') }}
),

-- A rise is explained by what the new tier asks to enter, a fall by what the old one
-- asks to stay; what a segment asks to stay is what it asks to enter.
final as (
    select
        reviews.user_key,
        reviews.program_code,
        reviews.review_date,
        reviews.tier_rank,
        reviews.previous_rank,
        reviews.move,
        reviews.move in ('left', 'demoted', 'soft_landed') as is_fall,
        case
            when reviews.move in ('entered', 'promoted', 'moved') then reviews.tier_rank
            else reviews.previous_rank
        end as explained_rank,
        case
            when reviews.move in ('entered', 'promoted', 'moved') then 'enter'
            when programs.kind = 'segment' then 'enter'
            else 'stay'
        end as explained_by,
        lead(reviews.review_date) over (
            partition by reviews.user_key, reviews.program_code
            order by reviews.review_date
        ) as next_review_date,
        reviews.policy_version
    from reviews
    inner join programs on reviews.program_code = programs.program_code
    where reviews.move is not null and not programs.is_trial
)

select * from final
