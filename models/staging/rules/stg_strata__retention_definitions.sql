with rules as (
    select * from {{ strata__rule_seed('retention_definitions') }}
),

final as (
    select
        rules.definition_code,
        rules.start_event,
        rules.start_property,
        rules.start_property_value,
        {{ strata__event_code(
            'rules.start_event', 'rules.start_property', 'rules.start_property_value'
        ) }} as start_code,
        rules.start_scope,
        rules.return_event,
        rules.return_property,
        rules.return_property_value,
        {{ strata__event_code(
            'rules.return_event', 'rules.return_property', 'rules.return_property_value'
        ) }} as return_code,
        rules.minimum_returns,
        rules.kind,
        rules.clock,
        rules.grain,
        case rules.grain
            when 'hour' then 3600
            when 'day' then 86400
            when 'week' then 7 * 86400
            when 'month' then 30 * 86400
        end as period_seconds,
        rules.periods,
        rules.is_split,
        (
            rules.is_split
            or rules.kind != 'on'
            or rules.clock != 'calendar'
            or rules.grain = 'hour'
            or rules.minimum_returns > 1
        ) as is_by_person,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
