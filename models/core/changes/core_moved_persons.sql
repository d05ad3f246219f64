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
        come.user_key as partner_key
    from gone
    inner join come on gone.id_type = come.id_type and gone.id = come.id
    where gone.user_key != come.user_key
),

final as (
    select
        moved.user_key,
        moved.partner_key
    from moved
    union
    select
        moved.partner_key as user_key,
        moved.user_key as partner_key
    from moved
)

select * from final
