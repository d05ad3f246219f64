with rules as (
    select * from {{ strata__rule_seed('identity_denied') }}
),

final as (
    select
        lower(trim(rules.id_type)) as id_type,
        -- A seed loader may read the word null as none.
        coalesce(lower(trim(rules.id)), 'null') as id,
        coalesce(lower(trim(rules.match_kind)), 'whole') as match_kind,
        rules.label_en,
        rules.label_zh,
        rules.valid_from,
        rules.valid_to,
        rules.rationale
    from rules
)

select * from final
