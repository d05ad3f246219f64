with rules as (
    select * from {{ strata__rule_seed('driver_sources') }}
),

final as (
    select
        rules.metric_code,
        rules.source_table,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
