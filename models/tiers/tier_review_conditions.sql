with conditions as (
    select * from {{ ref('tier_conditions') }}
),

cuts as (
    select * from {{ ref('tier_cuts') }}
),

snapshots as (
    select * from {{ ref('feat_user_snapshots') }}
),

dates as (
    select
        snapshots.as_of_date,
        bool_and(snapshots.is_current) as is_current
    from snapshots
    group by snapshots.as_of_date
),

in_force as (
    select
        dates.as_of_date,
        dates.is_current,
        {{ strata__is_period_end('conditions.review_grain', 'dates.as_of_date') }}
            as is_review,
        conditions.*
    from dates
    inner join conditions
        on
            dates.as_of_date >= conditions.valid_from
            and dates.as_of_date < conditions.valid_to
),

first_reviews as (
    select
        in_force.program_code,
        in_force.policy_version,
        min(in_force.as_of_date) as as_of_date
    from in_force
    where in_force.is_review
    group by in_force.program_code, in_force.policy_version
),

-- A frozen cut is that of the first review of its policy.
dated as (
    select
        in_force.*,
        coalesce(first_reviews.as_of_date, in_force.as_of_date) as cut_date
    from in_force
    left join first_reviews
        on
            in_force.threshold_mode = 'frozen'
            and in_force.program_code = first_reviews.program_code
            and in_force.policy_version = first_reviews.policy_version
    where in_force.is_review or in_force.is_current
),

-- Where nobody is beyond a share, its cut is beyond everybody.
bounded as (
    select
        dated.*,
        case
            when dated.threshold_mode = 'absolute' then dated.low
            when dated.low is not null
                then coalesce(low_cuts.cut, {{ strata__infinity() }})
        end as low_bound,
        case
            when dated.threshold_mode = 'absolute' then dated.high
            when dated.high is not null
                then coalesce(high_cuts.cut, {{ strata__infinity() }})
        end as high_bound
    from dated
    left join cuts as low_cuts
        on
            dated.threshold_mode != 'absolute'
            and dated.cut_date = low_cuts.as_of_date
            and dated.feature_code = low_cuts.feature_code
            and dated.low = low_cuts.share
            and (dated.operator = 'gt') = low_cuts.is_beyond
    left join cuts as high_cuts
        on
            dated.threshold_mode != 'absolute'
            and dated.cut_date = high_cuts.as_of_date
            and dated.feature_code = high_cuts.feature_code
            and dated.high = high_cuts.share
            and (dated.operator != 'lt') = high_cuts.is_beyond
),

final as (
    select
        bounded.as_of_date,
        bounded.is_review,
        bounded.is_current,
        bounded.program_code,
        bounded.tier_code,
        bounded.tier_rank,
        bounded.condition,
        bounded.rule_group,
        row_number() over (
            partition by
                bounded.as_of_date,
                bounded.program_code,
                bounded.tier_rank,
                bounded.condition,
                bounded.rule_group
            order by
                bounded.feature_code,
                bounded.operator,
                bounded.low,
                bounded.high,
                bounded.text_value
        ) as slot,
        bounded.feature_code,
        bounded.operator,
        bounded.threshold_mode,
        bounded.low,
        bounded.high,
        bounded.text_value,
        bounded.policy_version,
        bounded.number_position,
        bounded.text_position,
        {{ strata__rule_form('bounded') }} as form,
        {{ strata__rule_bounds('bounded', 'first') }} as first_value,
        {{ strata__rule_bounds('bounded', 'after') }} as after_value
    from bounded
)

select * from final
