with rules as (
    select * from {{ strata__rule_seed('activation_definitions') }}
),

final as (
    select
        rules.definition_code,
        rules.start,
        rules.from_day,
        rules.to_day,
        rules.minimum_users,
        rules.confidence,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
