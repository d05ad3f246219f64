with rules as (
    select * from {{ strata__rule_seed('funnels') }}
),

final as (
    select
        rules.funnel_code,
        rules.order_mode,
        rules.window_seconds,
        rules.ties,
        rules.simultaneous_seconds,
        rules.event_use,
        rules.entry,
        rules.unit,
        rules.unit_property,
        rules.constant_property,
        rules.breakdown_property,
        rules.breakdown_property_2,
        rules.breakdown_attribution,
        rules.breakdown_step,
        rules.breakdown_limit,
        rules.cell_dimension,
        rules.time_bins,
        rules.minimum_users,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
