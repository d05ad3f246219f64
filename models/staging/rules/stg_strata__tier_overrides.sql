with rules as (
    select * from {{ strata__rule_seed('tier_overrides') }}
),

final as (
    select
        rules.program_code,
        trim(rules.user_id) as user_id,
        lower(trim(rules.action)) as action,
        rules.tier_code,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
