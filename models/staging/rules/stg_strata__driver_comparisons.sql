with rules as (
    select * from {{ strata__rule_seed('driver_comparisons') }}
),

final as (
    select
        rules.comparison_code,
        rules.window_days,
        rules.days_back,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
