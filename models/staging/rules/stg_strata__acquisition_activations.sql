with rules as (
    select * from {{ strata__rule_seed('acquisition_activations') }}
),

final as (
    select
        rules.activation_event,
        rules.within_days,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
