with rules as (
    select * from {{ strata__rule_seed('stickiness_definitions') }}
),

final as (
    select
        rules.stickiness_code,
        rules.activity_code,
        rules.grain,
        coalesce(rules.period_length, 1) as period_length,
        rules.window_kind,
        rules.window_periods,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
