with rules as (
    select * from {{ strata__rule_seed('path_definitions') }}
),

final as (
    select
        rules.path_code,
        rules.unit,
        rules.gap_seconds,
        rules.start_node,
        rules.end_node,
        rules.max_steps,
        rules.collapse_repeats,
        rules.conversion_event,
        rules.days,
        rules.min_sessions,
        rules.max_sessions,
        rules.edge_limit,
        rules.path_limit,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
