with rules as (
    select * from {{ strata__rule_seed('named_events') }}
),

final as (
    select
        rules.event_code,
        rules.rule_group,
        rules.event_name,
        rules.property,
        rules.operator,
        rules.property_value,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
