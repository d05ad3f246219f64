with rules as (
    select * from {{ strata__rule_seed('repurchase_definitions') }}
),

final as (
    select
        rules.definition_code,
        rules.within_days,
        rules.minimum_buyers,
        rules.confidence,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
