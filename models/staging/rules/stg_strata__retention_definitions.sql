with rules as (
    select * from {{ strata__rule_seed('retention_definitions') }}
),

final as (
    select
        rules.definition_code,
        rules.start_event,
        rules.start_scope,
        rules.return_event,
        rules.kind,
        rules.clock,
        rules.grain,
        rules.periods,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
