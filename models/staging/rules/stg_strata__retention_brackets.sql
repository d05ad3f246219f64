with rules as (
    select * from {{ strata__rule_seed('retention_brackets') }}
),

final as (
    select
        rules.definition_code,
        rules.bracket_number,
        rules.from_period,
        rules.to_period,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
