with rules as (
    select * from {{ strata__rule_seed('tiers') }}
),

final as (
    select
        rules.program_code,
        rules.tier_code,
        rules.tier_rank,
        rules.benefits,
        rules.benefit_cost_per_month,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
