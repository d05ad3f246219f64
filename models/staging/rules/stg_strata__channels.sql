with rules as (
    select * from {{ strata__rule_seed('channels') }}
),

final as (
    select
        rules.priority,
        coalesce(rules.source_pattern, '%') as source_pattern,
        coalesce(rules.medium_pattern, '%') as medium_pattern,
        coalesce(rules.referrer_pattern, '%') as referrer_pattern,
        rules.channel,
        rules.is_paid,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
