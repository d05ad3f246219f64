with rules as (
    select * from {{ strata__rule_seed('holidays') }}
),

final as (
    select
        rules.date,
        rules.holiday_code,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
