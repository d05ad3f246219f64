with moves as (
    select * from {{ ref('tier_user_moves') }}
),

tiers as (
    select * from {{ ref('stg_strata__tiers') }}
),

vectors as (
    select * from {{ ref('feat_user_vectors') }}
),

conditions as (
    select * from {{ ref('tier_conditions') }}
),

-- A rise is explained by what the new tier asks to enter, a fall by what the old one
-- asks to stay.
observed as (
    select
        moves.user_key,
        moves.program_code,
        moves.review_date,
        conditions.rule_group,
        conditions.feature_code,
        conditions.operator,
        coalesce(
            {{ strata__number_text(strata__element(
                'vectors.number_values', 'conditions.number_position'
            )) }},
            {{ strata__element('vectors.text_values', 'conditions.text_position') }},
            'unknown'
        ) as observed_value,
        concat_ws(
            ' ',
            conditions.operator,
            {{ strata__number_text('conditions.low') }},
            {{ strata__number_text('conditions.high') }},
            conditions.text_value
        ) as asked
    from moves
    inner join vectors
        on
            moves.user_key = vectors.user_key
            and moves.review_date = vectors.as_of_date
    inner join conditions
        on
            moves.program_code = conditions.program_code
            and moves.explained_rank = conditions.tier_rank
            and moves.explained_by = conditions.condition
            and moves.review_date >= conditions.valid_from
            and moves.review_date < conditions.valid_to
),

explained as (
    select
        observed.user_key,
        observed.program_code,
        observed.review_date,
        {{ strata__text_list(
            "observed.feature_code || ' ' || observed.observed_value"
            ~ " || ' (' || observed.asked || ')'",
            ['observed.rule_group', 'observed.feature_code', 'observed.operator']
        ) }} as evidence
    from observed
    group by observed.user_key, observed.program_code, observed.review_date
),

final as (
    select
        moves.user_key,
        moves.program_code,
        coalesce(tiers.tier_code, 'none') as tier_code,
        moves.tier_rank,
        {{ strata__add_days('moves.review_date', 1) }} as valid_from,
        coalesce(
            {{ strata__add_days('moves.next_review_date', 1) }},
            cast('9999-12-31' as date)
        ) as valid_to,
        moves.next_review_date is null as is_current,
        moves.move,
        moves.explained_by || ' of ' || explained_tiers.tier_code || ': '
        || coalesce(explained.evidence, 'no condition') as reason,
        moves.policy_version
    from moves
    left join tiers
        on
            moves.program_code = tiers.program_code
            and moves.tier_rank = tiers.tier_rank
    left join tiers as explained_tiers
        on
            moves.program_code = explained_tiers.program_code
            and moves.explained_rank = explained_tiers.tier_rank
    left join explained
        on
            moves.user_key = explained.user_key
            and moves.program_code = explained.program_code
            and moves.review_date = explained.review_date
)

select * from final
