with rules as (
    select * from {{ strata__rule_seed('rfm_metrics') }}
),

final as (
    select
        rules.metric_code,
        rules.feature_code,
        rules.better,
        rules.bands,
        rules.consent_purpose,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
