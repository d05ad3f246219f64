with rules as (
    select * from {{ strata__rule_seed('activity_definitions') }}
),

final as (
    select
        rules.activity_code,
        rules.event,
        rules.property,
        rules.property_value,
        {{ strata__event_code(
            'rules.event', 'rules.property', 'rules.property_value'
        ) }} as event_code,
        rules.minimum_occurrences,
        rules.maximum_occurrences,
        rules.new_by,
        rules.has_hours,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
