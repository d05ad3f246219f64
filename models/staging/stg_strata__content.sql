with content as (
    select * from {{ strata__accepted_rows('content') }}
),

final as (
    select
        content.content_id,
        content.author_user_id,
        content.category,
        content.published_at
    from content
)

select * from final
