-- Who no longer meets what the tier asks to stay, how many reviews are left, and how
-- long have they been silent? The next purchase may still save the tier.
with history as (
    select * from {{ ref('tier_user_history') }}
),

reviews as (
    select * from {{ ref('tier_reviews') }}
),

snapshots as (
    select * from {{ ref('feat_user_snapshots') }}
),

held as (
    select
        history.user_key,
        history.program_code,
        history.tier_code,
        reviews.review_date,
        reviews.is_stay_failed,
        reviews.validity_reviews
    from history
    inner join reviews
        on
            history.user_key = reviews.user_key
            and history.program_code = reviews.program_code
            and history.tier_code = reviews.tier_code
    where history.is_current and reviews.downgrade_policy = 'drop'
),

passed as (
    select
        held.*,
        max(case when not held.is_stay_failed then held.review_date end) over (
            partition by held.user_key, held.program_code
        ) as last_passed_date
    from held
),

failing as (
    select
        passed.user_key,
        passed.program_code,
        passed.tier_code,
        count(*) as failed_reviews,
        max(passed.validity_reviews) - count(*) as reviews_left
    from passed
    where
        passed.last_passed_date is null
        or passed.review_date > passed.last_passed_date
    group by passed.user_key, passed.program_code, passed.tier_code
),

final as (
    select
        failing.user_key,
        failing.program_code,
        failing.tier_code,
        failing.failed_reviews,
        failing.reviews_left,
        snapshots.days_since_last_activity,
        snapshots.days_since_last_order,
        snapshots.order_count_365d,
        snapshots.net_amount_365d
    from failing
    inner join snapshots
        on failing.user_key = snapshots.user_key and snapshots.is_current
)

select * from final
order by final.reviews_left asc, final.net_amount_365d desc, final.user_key asc
