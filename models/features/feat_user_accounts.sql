with identities as (
    select * from {{ ref('core_identity_map') }}
    where id_type = 'user_id'
),

final as (
    select
        identities.id as user_id,
        identities.user_key
    from identities
)

select * from final
