with rules as (
    select * from {{ strata__rule_seed('identity_overrides') }}
),

final as (
    select
        lower(trim(rules.id_type_1)) as id_type_1,
        trim(rules.id_1) as id_1,
        lower(trim(rules.id_type_2)) as id_type_2,
        trim(rules.id_2) as id_2,
        lower(trim(rules.action)) as action,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
