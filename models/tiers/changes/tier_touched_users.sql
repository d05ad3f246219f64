with snapshots as (
    select * from {{ ref('feat_touched_snapshots') }}
    where {{ strata__is_month_end('as_of_date') }}
),

reviews as (
    select * from {{ ref('tier_user_reviews') }}
),

dates as (
    select
        reviews.review_date,
        lag(reviews.review_date) over (order by reviews.review_date) as previous_date
    from reviews
    group by reviews.review_date
),

-- Who changed, and who stands otherwise than at the review before.
final as (
    select snapshots.user_key
    from snapshots
    where snapshots.has_changed or not snapshots.is_written
    union
    select reviews.user_key
    from reviews
    inner join snapshots
        on
            reviews.user_key = snapshots.user_key
            and reviews.review_date = snapshots.as_of_date
    inner join dates on reviews.review_date = dates.review_date
    left join reviews as previous_reviews
        on
            reviews.user_key = previous_reviews.user_key
            and reviews.program_code = previous_reviews.program_code
            and dates.previous_date = previous_reviews.review_date
    where
        coalesce(reviews.tier_rank, 0) != coalesce(previous_reviews.tier_rank, 0)
)

select * from final
