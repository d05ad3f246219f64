with standing as (
    select * from {{ strata__previous('tag_user_tags') }}
),

touched as (
    select * from {{ ref('tag_touched_users') }}
),

final as (
    select
        standing.user_key,
        standing.tag_code,
        standing.rule_group,
        standing.valid_from,
        standing.evidence
    from standing
    inner join touched on standing.user_key = touched.user_key
    where
        standing.valid_from < touched.from_date
        and standing.valid_to >= touched.from_date
)

select * from final
