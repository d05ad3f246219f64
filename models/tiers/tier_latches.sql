with reviews as (
    select * from {{ ref('tier_reviews') }}
),

earlier as (
    select * from {{ ref('tier_earlier_latches') }}
),

-- What was held before the first review to hold anew goes on from there.
held as (
    select
        reviews.user_key,
        reviews.program_code,
        reviews.review_date,
        reviews.tier_code,
        reviews.tier_rank,
        reviews.is_enter_met,
        reviews.is_stay_failed,
        reviews.policy_version,
        reviews.validity_reviews,
        reviews.downgrade_policy,
        cast(null as boolean) as was_latched,
        cast(null as bigint) as earlier_failed_reviews
    from reviews
    union all
    select
        earlier.user_key,
        earlier.program_code,
        earlier.review_date,
        earlier.tier_code,
        earlier.tier_rank,
        false as is_enter_met,
        false as is_stay_failed,
        earlier.policy_version,
        cast(null as bigint) as validity_reviews,
        cast(null as varchar) as downgrade_policy,
        earlier.is_latched as was_latched,
        earlier.failed_reviews as earlier_failed_reviews
    from earlier
),

numbered as (
    select
        held.*,
        row_number() over (
            partition by held.user_key, held.program_code, held.tier_code
            order by held.review_date
        ) as review_number
    from held
),

streaks as (
    select
        numbered.*,
        numbered.review_number - coalesce(
            max(case
                when not numbered.is_stay_failed
                    then numbered.review_number
                        - coalesce(numbered.earlier_failed_reviews, 0)
            end)
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
            "case when streaks.was_latched is not null then streaks.was_latched"
            ~ " when streaks.is_enter_met then true"
            ~ " when streaks.downgrade_policy = 'drop'"
            ~ " and streaks.failed_reviews >= streaks.validity_reviews then false end",
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
        latched.tier_code,
        latched.tier_rank,
        coalesce(latched.latch, false) as is_latched,
        cast(latched.failed_reviews as bigint) as failed_reviews,
        latched.policy_version
    from latched
    where latched.was_latched is null
)

select * from final
