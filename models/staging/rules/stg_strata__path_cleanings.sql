with rules as (
    select * from {{ strata__rule_seed('path_cleanings') }}
),

final as (
    select
        rules.path_code,
        rules.priority,
        rules.page_regex,
        coalesce(rules.replacement, '') as replacement,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
