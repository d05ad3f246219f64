with components as (
    select * from {{ strata__touched(
        ref('core_identity_components'), ref('core_touched_ids'), ['id_type', 'id']
    ) }}
),

-- Edges that are believed joined their ids already.
edges as (
    select
        components_1.user_key as node,
        components_2.user_key as other
    from {{ strata__touched(
        ref('core_identity_edges'),
        ref('core_touched_ids'),
        {'id_type_1': 'id_type', 'id_1': 'id'}
    ) }} as edges
    inner join components as components_1
        on
            edges.id_type_1 = components_1.id_type
            and edges.id_1 = components_1.id
    inner join components as components_2
        on
            edges.id_type_2 = components_2.id_type
            and edges.id_2 = components_2.id
    where not edges.is_kept and components_1.user_key != components_2.user_key
),

labels as (
    select * from {{ strata__components('edges') }} as components
),

final as (
    select
        components.id_type,
        components.id,
        coalesce(labels.label, components.user_key) as circle
    from components
    left join labels on components.user_key = labels.node
)

select * from final
