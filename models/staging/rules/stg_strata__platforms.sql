with rules as (
    select * from {{ strata__rule_seed('platforms') }}
),

final as (
    select
        rules.platform,
        rules.session_gap_seconds,
        rules.max_session_seconds,
        rules.engaged_event_count,
        rules.engaged_seconds,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
