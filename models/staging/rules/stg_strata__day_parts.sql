with rules as (
    select * from {{ ref(var('strata__rule_seeds').get('day_parts', 'strata__day_parts')) }}
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
