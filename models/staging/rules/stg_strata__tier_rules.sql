with rules as (
    select * from {{ strata__rule_seed('tier_rules') }}
),

final as (
    select
        rules.program_code,
        rules.tier_code,
        rules.condition,
        rules.rule_group,
        rules.feature_code,
        rules.operator,
        rules.low,
        rules.high,
        rules.text_value,
        rules.policy_version,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
