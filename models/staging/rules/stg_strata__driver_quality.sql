with rules as (
    select * from {{ strata__rule_seed('driver_quality') }}
),

final as (
    select
        rules.measure_code,
        rules.severity,
        rules.threshold,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
