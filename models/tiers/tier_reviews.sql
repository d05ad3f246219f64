with vectors as (
    select * from {{ strata__touched(
        ref('feat_user_vectors'),
        ref('feat_touched_snapshots'),
        ['user_key', 'as_of_date'],
        'tier_latches'
    ) }}
),

conditions as (
    select * from {{ ref('tier_conditions') }}
),

-- Reviews are held at the ends of months; the day of the last data is none.
observed as (
    select
        vectors.user_key,
        vectors.as_of_date as review_date,
        conditions.program_code,
        conditions.tier_code,
        conditions.tier_rank,
        conditions.condition,
        conditions.rule_group,
        conditions.policy_version,
        conditions.validity_reviews,
        conditions.downgrade_policy,
        {{ strata__condition_holds(
            strata__element('vectors.number_values', 'conditions.number_position'),
            strata__element('vectors.text_values', 'conditions.text_position'),
            'conditions'
        ) }} as holds
    from vectors
    inner join conditions
        on
            conditions.review_grain = 'month'
            and vectors.as_of_date >= conditions.valid_from
            and vectors.as_of_date < conditions.valid_to
    where vectors.is_month_end
),

-- Of a rule group the weakest condition counts, of several groups the strongest:
-- 2 met, 1 not assessed, 0 not met.
grouped as (
    select
        observed.user_key,
        observed.review_date,
        observed.program_code,
        observed.tier_code,
        observed.tier_rank,
        observed.condition,
        observed.rule_group,
        max(observed.policy_version) as policy_version,
        max(observed.validity_reviews) as validity_reviews,
        max(observed.downgrade_policy) as downgrade_policy,
        min(case
            when observed.holds then 2
            when observed.holds is null then 1
            else 0
        end) as grade
    from observed
    group by
        observed.user_key,
        observed.review_date,
        observed.program_code,
        observed.tier_code,
        observed.tier_rank,
        observed.condition,
        observed.rule_group
),

-- Who may enter may stay, whatever *stay* asks.
final as (
    select
        grouped.user_key,
        grouped.program_code,
        grouped.review_date,
        grouped.tier_code,
        grouped.tier_rank,
        coalesce(max(grouped.grade) filter (where grouped.condition = 'enter'), 0) = 2
            as is_enter_met,
        (
            coalesce(
                max(grouped.grade) filter (where grouped.condition = 'stay'), 2
            ) = 0
            and coalesce(
                max(grouped.grade) filter (where grouped.condition = 'enter'), 0
            ) != 2
        ) as is_stay_failed,
        max(grouped.policy_version) as policy_version,
        max(grouped.validity_reviews) as validity_reviews,
        max(grouped.downgrade_policy) as downgrade_policy
    from grouped
    group by
        grouped.user_key,
        grouped.program_code,
        grouped.review_date,
        grouped.tier_code,
        grouped.tier_rank
)

select * from final
