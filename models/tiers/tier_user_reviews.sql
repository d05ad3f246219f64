with reviews as (
    select * from {{ ref('tier_reviews') }}
),

numbered as (
    select
        reviews.*,
        row_number() over (
            partition by reviews.user_key, reviews.program_code, reviews.tier_code
            order by reviews.review_date
        ) as review_number
    from reviews
),

streaks as (
    select
        numbered.*,
        numbered.review_number - coalesce(
            max(case when not numbered.is_stay_failed then numbered.review_number end)
                over (
                    partition by
                        numbered.user_key, numbered.program_code, numbered.tier_code
                    order by numbered.review_date
                    rows between unbounded preceding and current row
                ),
            0
        ) as failed_reviews
    from numbered
),

-- Meeting *enter* sets the latch of a tier; enough failed reviews in a row reset it.
latched as (
    select
        streaks.*,
        {{ strata__latest(
            "case when streaks.is_enter_met then 1"
            ~ " when streaks.downgrade_policy = 'drop'"
            ~ " and streaks.failed_reviews >= streaks.validity_reviews then 0 end",
            'streaks.user_key, streaks.program_code, streaks.tier_code',
            'streaks.review_date'
        ) }} as latch
    from streaks
),

final as (
    select
        latched.user_key,
        latched.program_code,
        latched.review_date,
        min(case when latched.latch = 1 then latched.tier_rank end) as tier_rank,
        max(latched.policy_version) as policy_version
    from latched
    group by latched.user_key, latched.program_code, latched.review_date
)

select * from final
