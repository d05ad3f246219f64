with rules as (
    select * from {{ ref(var('strata__rule_seeds').get('exchange_rates', 'strata__exchange_rates')) }}
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
