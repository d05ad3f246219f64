with rules as (
    select * from {{ strata__rule_seed('funnel_steps') }}
),

final as (
    select
        rules.funnel_code,
        rules.role,
        rules.step_number,
        rules.rule_group,
        rules.event_name,
        rules.occurrence,
        rules.property,
        rules.operator,
        rules.property_value,
        rules.from_step,
        rules.to_step,
        rules.exclusion_scope,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
