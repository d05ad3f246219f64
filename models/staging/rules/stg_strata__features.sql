with rules as (
    select * from {{ strata__rule_seed('features') }}
),

final as (
    select
        rules.feature_code,
        rules.value_type,
        rules.unit,
        rules.feature_layer,
        rules.description,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
