with rules as (
    select * from {{ strata__rule_seed('attribution_definitions') }}
),

final as (
    select
        rules.definition_code,
        rules.conversion_kind,
        rules.lookback_days,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
