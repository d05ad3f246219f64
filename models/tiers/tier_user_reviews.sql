-- One step a review over all people at once: on 9.6 million reviews a twentieth of the
-- time of windows over every tier. Few reviews need the tier held before: those of
-- segments, and of people outside, end alike whatever it was, and take no step.
with recursive steps as materialized (
    select
        steps.*,
        case
            when steps.is_out then true
            when steps.enter_rank = 1 and steps.stay_rank = 1 then true
            when steps.downgrade_policy = 'drop'
                then
                    steps.enter_rank = steps.stay_rank
                    and steps.stay_rank = steps.rest_rank
            else false
        end as is_independent
    from {{ ref('tier_review_steps') }} as steps
),

beginnings as (
    select
        steps.user_key,
        steps.program_code,
        max(case when steps.is_earlier then steps.step_number else 0 end)
            as step_number,
        max(steps.outside_rank) as outside_rank
    from steps
    group by steps.user_key, steps.program_code
),

begun as (
    select
        beginnings.user_key,
        beginnings.program_code,
        beginnings.step_number,
        coalesce(steps.tier_rank, beginnings.outside_rank) as held_rank,
        coalesce(steps.failed_reviews, 0) as failed_reviews
    from beginnings
    left join steps
        on
            beginnings.user_key = steps.user_key
            and beginnings.program_code = steps.program_code
            and beginnings.step_number = steps.step_number
    union all
    select
        steps.user_key,
        steps.program_code,
        steps.step_number,
        case when steps.is_out then steps.outside_rank else steps.enter_rank end
            as held_rank,
        0 as failed_reviews
    from steps
    where steps.is_independent and not steps.is_earlier
),

standings as (
    select
        begun.user_key,
        begun.program_code,
        begun.step_number,
        begun.held_rank,
        begun.failed_reviews
    from begun
    union all
    select
        steps.user_key,
        steps.program_code,
        steps.step_number,
        case
            when steps.enter_rank < standings.held_rank then steps.enter_rank
            when steps.stay_rank <= standings.held_rank then standings.held_rank
            when steps.downgrade_policy = 'drop'
                then greatest(standings.held_rank, steps.rest_rank)
            when
                steps.downgrade_policy = 'one_down'
                and standings.failed_reviews + 1 >= steps.validity_reviews
                then standings.held_rank + 1
            else standings.held_rank
        end as held_rank,
        case
            when steps.enter_rank < standings.held_rank then 0
            when steps.stay_rank <= standings.held_rank then 0
            when
                steps.downgrade_policy = 'drop'
                and steps.rest_rank > standings.held_rank
                then steps.step_number - steps.rest_step
            when
                steps.downgrade_policy = 'one_down'
                and standings.failed_reviews + 1 >= steps.validity_reviews
                then 0
            else standings.failed_reviews + 1
        end as failed_reviews
    from standings
    inner join steps
        on
            standings.user_key = steps.user_key
            and standings.program_code = steps.program_code
            and standings.step_number + 1 = steps.step_number
    where not steps.is_independent
),

final as (
    select
        steps.user_key,
        steps.program_code,
        steps.review_date,
        nullif(steps.enter_rank, steps.outside_rank) as enter_rank,
        nullif(steps.stay_rank, steps.outside_rank) as stay_rank,
        nullif(standings.held_rank, steps.outside_rank) as tier_rank,
        nullif(earlier.held_rank, steps.outside_rank) as previous_rank,
        cast(standings.failed_reviews as bigint) as failed_reviews,
        case
            when
                standings.held_rank = earlier.held_rank
                and earlier.failed_reviews > 0
                and standings.failed_reviews = 0
                and steps.downgrade_policy != 'hold'
                then 'renewed'
            when standings.held_rank = earlier.held_rank then null
            when earlier.held_rank = steps.outside_rank then 'entered'
            when standings.held_rank = steps.outside_rank then 'left'
            when steps.kind = 'segment' then 'moved'
            when standings.held_rank < earlier.held_rank then 'promoted'
            when steps.downgrade_policy = 'one_down' then 'soft_landed'
            else 'demoted'
        end as move,
        steps.policy_version
    from standings
    inner join steps
        on
            standings.user_key = steps.user_key
            and standings.program_code = steps.program_code
            and standings.step_number = steps.step_number
    inner join standings as earlier
        on
            steps.user_key = earlier.user_key
            and steps.program_code = earlier.program_code
            and steps.step_number = earlier.step_number + 1
    where not steps.is_earlier
)

select * from final
