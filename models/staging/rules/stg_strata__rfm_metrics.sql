with rules as (
    select * from {{ ref(var('strata__rule_seeds').get('rfm_metrics', 'strata__rfm_metrics')) }}
),

final as (
    select
        rules.metric_code,
        rules.feature_code,
        rules.better,
        rules.bands,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
