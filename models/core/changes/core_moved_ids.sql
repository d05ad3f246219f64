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
    select * from gone
    union all
    select * from come
),

final as (
    select
        moved.id_type,
        moved.id,
        moved.user_key,
        moved.valid_from,
        moved.valid_to
    from moved
    where {{ strata__continues('core_identity_map') }}
)

select * from final
