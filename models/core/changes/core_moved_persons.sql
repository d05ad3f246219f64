with identities as (
    select * from {{ strata__touched(
        ref('core_identity_map'),
        ref('core_touched_ids'),
        ['id_type', 'id'],
        'core_identity_map'
    ) }}
),

settled as (
    select * from {{ strata__touched(
        strata__settled('core_identity_map'),
        ref('core_touched_ids'),
        ['id_type', 'id'],
        'core_identity_map'
    ) }}
),

gone as (
    select * from settled
    except
    select * from identities
),

come as (
    select * from identities
    except
    select * from settled
),

moved as (
    select
        gone.user_key,
        come.user_key as partner_key,
        gone.id_type = 'user_id' as is_account
    from gone
    inner join come on gone.id_type = come.id_type and gone.id = come.id
    where gone.user_key != come.user_key
),

both_ways as (
    select
        moved.user_key,
        moved.partner_key,
        moved.is_account
    from moved
    union all
    select
        moved.partner_key as user_key,
        moved.user_key as partner_key,
        moved.is_account
    from moved
),

final as (
    select
        both_ways.user_key,
        both_ways.partner_key,
        bool_or(both_ways.is_account) as has_account
    from both_ways
    group by both_ways.user_key, both_ways.partner_key
)

select * from final
