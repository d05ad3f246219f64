with rules as (
    select * from {{ strata__rule_seed('tags') }}
),

final as (
    select
        rules.tag_code,
        rules.family,
        rules.exclusive_group,
        rules.priority,
        rules.owner,
        rules.consent_purpose,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
