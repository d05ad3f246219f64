with rules as (
    select * from {{ strata__rule_seed('attribution_models') }}
),

final as (
    select
        rules.model_code,
        rules.method,
        rules.first_share,
        rules.last_share,
        rules.half_life_days,
        rules.skipped_channel,
        rules.null_paths,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
