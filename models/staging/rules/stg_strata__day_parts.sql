with rules as (
    select * from {{ strata__rule_seed('day_parts') }}
),

final as (
    select
        rules.hour,
        rules.day_part,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
