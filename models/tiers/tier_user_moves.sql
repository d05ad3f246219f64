with reviews as (
    select * from {{ strata__touched(
        ref('tier_user_reviews'), ref('tier_touched_users'), ['user_key']
    ) }}
),

compared as (
    select
        reviews.*,
        lag(reviews.tier_rank) over (
            partition by reviews.user_key, reviews.program_code
            order by reviews.review_date
        ) as previous_rank
    from reviews
),

named as (
    select
        compared.*,
        case
            when compared.previous_rank is null then 'entered'
            when compared.tier_rank is null then 'left'
            when compared.tier_rank < compared.previous_rank then 'promoted'
            else 'demoted'
        end as move
    from compared
    where coalesce(compared.tier_rank, 0) != coalesce(compared.previous_rank, 0)
),

final as (
    select
        named.user_key,
        named.program_code,
        named.review_date,
        named.tier_rank,
        named.previous_rank,
        named.move,
        case
            when named.move in ('entered', 'promoted') then named.tier_rank
            else named.previous_rank
        end as explained_rank,
        case when named.move in ('entered', 'promoted') then 'enter' else 'stay' end
            as explained_by,
        lead(named.review_date) over (
            partition by named.user_key, named.program_code order by named.review_date
        ) as next_review_date,
        named.policy_version
    from named
)

select * from final
