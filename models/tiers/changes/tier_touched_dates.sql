with touched as (
    select * from {{ ref('tier_touched_reviews') }}
),

final as (
    select
        touched.program_code,
        min(touched.from_date) as from_date
    from touched
    group by touched.program_code
)

select * from final
