-- Who no longer meets what the tier asks to stay, how many reviews are left, and how
-- long have they been silent? The next purchase may still save the tier.
with reviews as (
    select * from {{ ref('tier_user_reviews') }}
),

programs as (
    select * from {{ ref('tier_programs') }}
),

tiers as (
    select * from {{ ref('stg_strata__tiers') }}
),

snapshots as (
    select * from {{ ref('feat_user_snapshots') }}
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
        reviews.user_key,
        reviews.program_code,
        tiers.tier_code,
        reviews.failed_reviews,
        programs.validity_reviews - reviews.failed_reviews as reviews_left,
        snapshots.days_since_last_activity,
        snapshots.days_since_last_order,
        snapshots.order_count_365d,
        snapshots.net_amount_365d
    from reviews
    inner join last_reviews
        on
            reviews.program_code = last_reviews.program_code
            and reviews.review_date = last_reviews.review_date
    inner join programs on reviews.program_code = programs.program_code
    inner join tiers
        on
            reviews.program_code = tiers.program_code
            and reviews.tier_rank = tiers.tier_rank
    inner join snapshots
        on reviews.user_key = snapshots.user_key and snapshots.is_current
    where reviews.failed_reviews > 0 and programs.downgrade_policy != 'hold'
)

select * from final
order by final.reviews_left asc, final.net_amount_365d desc, final.user_key asc
