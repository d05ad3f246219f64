with rules as (
    select * from {{ ref('stg_strata__tier_rules') }}
),

tiers as (
    select * from {{ ref('stg_strata__tiers') }}
),

programs as (
    select * from {{ ref('stg_strata__programs') }}
),

vocabulary as (
    select * from {{ ref('feat_vocabulary') }}
),

final as (
    select
        rules.program_code,
        rules.tier_code,
        tiers.tier_rank,
        rules.condition,
        rules.rule_group,
        rules.feature_code,
        rules.operator,
        rules.low,
        rules.high,
        rules.text_value,
        rules.policy_version,
        rules.valid_from,
        rules.valid_to,
        case when vocabulary.value_type = 'number' then vocabulary.position end
            as number_position,
        case when vocabulary.value_type = 'text' then vocabulary.position end
            as text_position,
        programs.review_grain,
        programs.validity_reviews,
        programs.downgrade_policy
    from rules
    inner join tiers
        on
            rules.program_code = tiers.program_code
            and rules.tier_code = tiers.tier_code
    inner join programs on rules.program_code = programs.program_code
    inner join vocabulary on rules.feature_code = vocabulary.feature_code
)

select * from final
