with rules as (
    select * from {{ strata__rule_seed('rfm_cuts') }}
),

final as (
    select
        rules.metric_code,
        rules.cut_value,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
