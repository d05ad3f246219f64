with identity_links as (
    select * from {{ strata__accepted_rows('identity_links') }}
),

final as (
    select
        identity_links.id_type_1,
        identity_links.id_1,
        identity_links.id_type_2,
        identity_links.id_2,
        identity_links.observed_at,
        identity_links.source,
        identity_links.loaded_at
    from identity_links
)

select * from final
