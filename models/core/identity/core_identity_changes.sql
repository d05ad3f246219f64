with components as (
    select * from {{ strata__touched(
        ref('core_identity_components'), ref('core_touched_ids'), ['id_type', 'id']
    ) }}
),

present as (
    select distinct identities.user_key -- one row per id and interval
    from {{ strata__touched(
        ref('core_identity_map'), ref('core_touched_ids'), ['id_type', 'id']
    ) }} as identities
),

ids as (
    select * from {{ strata__touched(
        ref('core_identity_ids'), ref('core_touched_ids'), ['id_type', 'id']
    ) }}
),

logins as (
    select * from {{ strata__touched(
        ref('core_identity_logins'), ref('core_touched_ids'), {'anonymous_id': 'id'}
    ) }}
),

orders as (
    select * from {{ strata__touched(
        ref('core_order_headers'), ref('core_touched_ids'), {'user_id': 'id'}
    ) }}
),

entries as (
    select * from {{ ref('core_order_entries') }}
),

-- A step names when and how, in an order that is that of time.
edges as (
    select
        {{ strata__node('edges.id_type_1', 'edges.id_1') }} as node,
        {{ strata__node('edges.id_type_2', 'edges.id_2') }} as other,
        {{ strata__time_text(
            "coalesce(edges.first_seen_at, timestamp '1900-01-01 00:00:00')"
        ) }} || edges.source as step
    from {{ strata__touched(
        ref('core_identity_edges'),
        ref('core_touched_ids'),
        {'id_type_1': 'id_type', 'id_1': 'id'}
    ) }} as edges
    where edges.is_kept
),

moved as (
    select
        components.*,
        {{ strata__node('components.id_type', 'components.id') }} as node,
        {{ strata__node('components.canonical_id_type', 'components.canonical_id') }}
            as root
    from components
    where
        components.id_type != components.canonical_id_type
        or components.id != components.canonical_id
),

roots as (
    select distinct moved.root as node from moved -- one row per moved id
),

joins as (
    select * from {{ strata__joins('edges', 'roots') }} as joins
),

-- Events that name an account are the account's; a shared device that only follows
-- its accounts does so from its first login.
devices as (
    select
        logins.anonymous_id as id,
        sum(logins.event_count) filter (
            where logins.cut_reason is null or logins.cut_reason = 'excluded'
        ) as named_event_count,
        min(logins.first_event_at) filter (where logins.is_shared) as follows_at
    from logins
    group by logins.anonymous_id
),

purchases as (
    select
        orders.user_id as id,
        count(*) filter (where entries.entry_kind = 'sale') as order_count,
        sum(entries.net_amount) as net_amount
    from orders
    inner join entries on orders.order_key = entries.order_key
    group by orders.user_id
),

final as (
    select
        moved.id_type,
        moved.id,
        {{ strata__key(['moved.id_type', 'moved.id']) }} as from_user_key,
        moved.user_key as to_user_key,
        nullif(
            coalesce(cast(left(joins.step, 26) as timestamp), devices.follows_at),
            timestamp '1900-01-01 00:00:00'
        ) as changed_at,
        coalesce(substr(joins.step, 27), 'login') as source,
        cast(ids.event_count - coalesce(devices.named_event_count, 0) as bigint)
            as event_count,
        coalesce(purchases.order_count, 0) as order_count,
        cast(coalesce(purchases.net_amount, 0) as decimal(18, 2)) as net_amount
    from moved
    inner join present on moved.user_key = present.user_key
    inner join ids on moved.id_type = ids.id_type and moved.id = ids.id
    left join joins on moved.node = joins.node
    left join devices
        on moved.id_type = 'anonymous_id' and moved.id = devices.id
    left join purchases on moved.id_type = 'user_id' and moved.id = purchases.id
)

select * from final
