with rules as (
    select * from {{ strata__rule_seed('path_nodes') }}
),

final as (
    select
        rules.path_code,
        rules.priority,
        coalesce(rules.event_pattern, '%') as event_pattern,
        coalesce(rules.page_pattern, '%') as page_pattern,
        rules.node_kind,
        rules.node_label,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
