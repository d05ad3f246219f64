with rules as (
    select * from {{ strata__rule_seed('activation_behaviours') }}
),

final as (
    select
        rules.behaviour_code,
        rules.event_name,
        rules.measure,
        rules.minimum_count,
        rules.within_days,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
