with rules as (
    select * from {{ strata__rule_seed('identity_types') }}
),

final as (
    select
        lower(trim(rules.id_type)) as id_type,
        rules.max_accounts,
        rules.login_gap_days,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
