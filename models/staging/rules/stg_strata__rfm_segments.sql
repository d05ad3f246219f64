with rules as (
    select * from {{ strata__rule_seed('rfm_segments') }}
),

final as (
    select
        rules.segment_code,
        rules.r_low,
        rules.r_high,
        rules.f_low,
        rules.f_high,
        rules.m_low,
        rules.m_high,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
