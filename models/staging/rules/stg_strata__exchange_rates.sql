with rules as (
    select * from {{ strata__rule_seed('exchange_rates') }}
),

final as (
    select
        rules.currency,
        rules.rate,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
