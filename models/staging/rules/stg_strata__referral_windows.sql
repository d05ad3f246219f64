with rules as (
    select * from {{ strata__rule_seed('referral_windows') }}
),

final as (
    select
        rules.window_code,
        rules.days,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
