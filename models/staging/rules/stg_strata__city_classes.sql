with rules as (
    select * from {{ strata__rule_seed('city_classes') }}
),

final as (
    select
        rules.city,
        rules.city_class,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
