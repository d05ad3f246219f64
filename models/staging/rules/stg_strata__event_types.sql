with rules as (
    select * from {{ ref(var('strata__rule_seeds').get('event_types', 'strata__event_types')) }}
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
