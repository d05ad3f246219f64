with identities as (
    select * from {{ strata__touched(
        ref('core_identity_map'), ref('core_moved_ids'), ['user_key']
    ) }}
),

components as (
    select * from {{ strata__touched(
        ref('core_identity_components'), ref('core_moved_ids'), ['user_key']
    ) }}
),

owned as (
    select
        identities.user_key,
        count(distinct case when identities.id_type = 'user_id' then identities.id end)
            as account_count,
        count(distinct case
            when identities.id_type = 'anonymous_id' then identities.id
        end) as device_count
    from identities
    group by identities.user_key
),

canonical as (
    select
        components.user_key,
        components.id as user_id
    from components
    where components.id_type = 'user_id' and components.id = components.canonical_id
),

final as (
    select
        owned.user_key,
        canonical.user_id,
        owned.account_count,
        owned.device_count
    from owned
    left join canonical on owned.user_key = canonical.user_key
)

select * from final
