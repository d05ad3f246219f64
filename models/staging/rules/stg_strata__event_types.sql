with rules as (
    select * from {{ strata__rule_seed('event_types') }}
),

final as (
    select
        rules.event_name,
        rules.event_type,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
