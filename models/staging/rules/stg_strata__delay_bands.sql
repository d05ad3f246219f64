with rules as (
    select * from {{ strata__rule_seed('delay_bands') }}
),

final as (
    select
        rules.delay_band,
        rules.below_seconds,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
