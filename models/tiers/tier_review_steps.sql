with reviews as (
    select * from {{ strata__touched(
        ref('tier_reviews'),
        ref('tier_touched_reviews'),
        ['user_key', 'program_code'],
        'tier_user_reviews',
        {'review_date': 'from_date'}
    ) }}
),

earlier as (
    select * from {{ ref('tier_earlier_reviews') }}
),

programs as (
    select * from {{ ref('tier_programs') }}
),

steps as (
    select
        reviews.user_key,
        reviews.program_code,
        reviews.review_date,
        reviews.enter_rank,
        reviews.stay_rank,
        reviews.is_out,
        cast(null as bigint) as tier_rank,
        cast(0 as bigint) as failed_reviews,
        reviews.policy_version,
        false as is_earlier
    from reviews
    union all
    select
        earlier.user_key,
        earlier.program_code,
        earlier.review_date,
        earlier.enter_rank,
        earlier.stay_rank,
        false as is_out,
        earlier.tier_rank,
        earlier.failed_reviews,
        earlier.policy_version,
        true as is_earlier
    from earlier
),

-- Outside is the rank after the last.
ranked as (
    select
        steps.user_key,
        steps.program_code,
        steps.review_date,
        steps.policy_version,
        steps.is_earlier,
        steps.is_out,
        steps.failed_reviews,
        programs.kind,
        programs.downgrade_policy,
        programs.validity_reviews,
        programs.outside_rank,
        coalesce(steps.enter_rank, programs.outside_rank) as enter_rank,
        coalesce(steps.stay_rank, programs.outside_rank) as stay_rank,
        coalesce(steps.tier_rank, programs.outside_rank) as tier_rank,
        row_number() over (
            partition by steps.user_key, steps.program_code order by steps.review_date
        ) as step_number
    from steps
    inner join programs on steps.program_code = programs.program_code
),

-- The best rank that was kept at one of the last reviews, and at which of them last:
-- both in one number, so that one window finds them.
rested as (
    select
        ranked.*,
        {{ strata__least_of_last(
            'ranked.stay_rank * 1000000 - ranked.step_number',
            'ranked.validity_reviews',
            'ranked.user_key, ranked.program_code',
            'ranked.step_number'
        ) }} as rest
    from ranked
),

final as (
    select
        rested.user_key,
        rested.program_code,
        rested.review_date,
        rested.step_number,
        rested.is_earlier,
        rested.is_out,
        rested.enter_rank,
        rested.stay_rank,
        rested.tier_rank,
        rested.failed_reviews,
        cast(ceil(rested.rest / 1000000.0) as bigint) as rest_rank,
        cast(ceil(rested.rest / 1000000.0) as bigint) * 1000000 - rested.rest
            as rest_step,
        rested.kind,
        rested.downgrade_policy,
        rested.validity_reviews,
        rested.outside_rank,
        rested.policy_version
    from rested
)

select * from final
