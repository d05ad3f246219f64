with rules as (
    select * from {{ strata__rule_seed('path_filters') }}
),

final as (
    select
        rules.path_code,
        rules.property,
        rules.operator,
        rules.text_value,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
