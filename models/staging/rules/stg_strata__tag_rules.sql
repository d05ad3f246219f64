with rules as (
    select * from {{ strata__rule_seed('tag_rules') }}
),

final as (
    select
        rules.tag_code,
        rules.rule_group,
        rules.feature_code,
        rules.operator,
        rules.low,
        rules.high,
        rules.text_value,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
