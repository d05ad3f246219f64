with rules as (
    select * from {{ strata__rule_seed('programs') }}
),

final as (
    select
        rules.program_code,
        rules.kind,
        rules.review_grain,
        rules.threshold_mode,
        rules.validity_reviews,
        rules.downgrade_policy,
        rules.consent_purpose,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
