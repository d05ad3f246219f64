with moves as (
    select * from {{ strata__touched(
        ref('tier_user_moves'), ref('tier_touched_moves'), ['user_key', 'program_code']
    ) }}
),

tiers as (
    select * from {{ ref('stg_strata__tiers') }}
),

vectors as (
    select * from {{ ref('tier_user_vectors') }}
),

conditions as (
    select * from {{ ref('tier_review_conditions') }}
),

overrides as (
    select * from {{ ref('tier_overrides') }}
),

handled as (
    select
        moves.user_key,
        moves.program_code,
        moves.review_date,
        bool_or(overrides.action = 'opt_out') as is_out,
        'decision: ' || {{ strata__text_list(
            "overrides.action || ' (' || overrides.rationale || ')'",
            ['overrides.action', 'overrides.rationale', 'overrides.valid_from']
        ) }} as how
    from moves
    inner join overrides
        on
            moves.user_key = overrides.user_key
            and moves.program_code = overrides.program_code
            and moves.review_date >= overrides.valid_from
            and moves.review_date < overrides.valid_to
    group by moves.user_key, moves.program_code, moves.review_date
),

observed as (
    select
        moves.user_key,
        moves.program_code,
        moves.review_date,
        moves.is_fall,
        conditions.rule_group,
        conditions.feature_code,
        conditions.operator,
        coalesce(
            {{ strata__rule_holds('vectors', 'conditions') }}, moves.move = 'renewed'
        ) as holds,
        {{ strata__observed('vectors', 'conditions') }} as observed_value,
        {{ strata__asked('conditions') }} as asked
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
            and moves.review_date = conditions.as_of_date
),

-- Of several ways only those taken explain; what is not known keeps; of a fall, all.
grouped as (
    select
        observed.*,
        min(case when observed.holds then 1 else 0 end) over (
            partition by
                observed.user_key,
                observed.program_code,
                observed.review_date,
                observed.rule_group
        ) = 1 as is_group_met
    from observed
),

explained as (
    select
        grouped.user_key,
        grouped.program_code,
        grouped.review_date,
        {{ strata__text_list(
            "grouped.feature_code || ' ' || grouped.observed_value || ' (' || case"
            ~ " when grouped.holds then '' else 'not ' end || grouped.asked || ')'",
            ['grouped.rule_group', 'grouped.feature_code', 'grouped.operator']
        ) }} as evidence
    from grouped
    where grouped.is_group_met or grouped.is_fall
    group by grouped.user_key, grouped.program_code, grouped.review_date
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
        coalesce(
            case when handled.is_out or explained.evidence is null then handled.how end,
            case when moves.is_fall then 'no ' else '' end
            || moves.explained_by || ' of ' || explained_tiers.tier_code || ': '
            || coalesce(explained.evidence, 'no condition')
        ) as reason,
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
    left join handled
        on
            moves.user_key = handled.user_key
            and moves.program_code = handled.program_code
            and moves.review_date = handled.review_date
)

select * from final
