with rules as (
    select * from {{ strata__rule_seed('acquisition_horizons') }}
),

final as (
    select
        rules.horizon_days,
        rules.return_days,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
