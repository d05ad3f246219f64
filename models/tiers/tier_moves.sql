with reviews as (
    select * from {{ strata__touched(
        ref('tier_user_reviews'),
        ref('tier_touched_dates'),
        ['program_code'],
        since={'review_date': 'from_date'}
    ) }}
),

programs as (
    select * from {{ ref('tier_programs') }}
    where not is_trial
),

tiers as (
    select * from {{ ref('stg_strata__tiers') }}
),

snapshots as (
    select * from {{ ref('feat_user_snapshots') }}
),

-- Who was in no tier and is in none takes no part.
counted as (
    select
        reviews.program_code,
        programs.review_grain,
        reviews.review_date,
        reviews.previous_rank,
        reviews.tier_rank,
        count(*) as users,
        sum(snapshots.net_amount_365d) as net_amount
    from reviews
    inner join programs on reviews.program_code = programs.program_code
    inner join snapshots
        on
            reviews.user_key = snapshots.user_key
            and reviews.review_date = snapshots.as_of_date
    where coalesce(reviews.previous_rank, reviews.tier_rank) is not null
    group by
        reviews.program_code,
        programs.review_grain,
        reviews.review_date,
        reviews.previous_rank,
        reviews.tier_rank
),

final as (
    select
        counted.program_code,
        {{ strata__period_of('counted.review_grain', 'counted.review_date') }}
            as period,
        counted.review_date,
        coalesce(old_tiers.tier_code, 'none') as from_tier,
        coalesce(new_tiers.tier_code, 'none') as to_tier,
        counted.users,
        cast(counted.net_amount as {{ strata__type('decimal') }}) as net_amount
    from counted
    left join tiers as old_tiers
        on
            counted.program_code = old_tiers.program_code
            and counted.previous_rank = old_tiers.tier_rank
    left join tiers as new_tiers
        on
            counted.program_code = new_tiers.program_code
            and counted.tier_rank = new_tiers.tier_rank
)

select * from final
