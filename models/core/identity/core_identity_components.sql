with ids as (
    select
        ids.*,
        {{ strata__node('ids.id_type', 'ids.id') }} as node
    from {{ strata__touched(
        ref('core_identity_ids'), ref('core_touched_ids'), ['id_type', 'id']
    ) }} as ids
    where not ids.is_denied
),

edges as (
    select
        {{ strata__node('edges.id_type_1', 'edges.id_1') }} as node,
        {{ strata__node('edges.id_type_2', 'edges.id_2') }} as other
    from {{ strata__touched(
        ref('core_identity_edges'),
        ref('core_touched_ids'),
        {'id_type_1': 'id_type', 'id_1': 'id'}
    ) }} as edges
    where edges.is_kept
),

logins as (
    select * from {{ strata__touched(
        ref('core_identity_logins'), ref('core_touched_ids'), {'anonymous_id': 'id'}
    ) }}
),

labels as (
    select * from {{ strata__components('edges') }} as components
),

-- A shared device that nothing else joins to anybody follows its accounts where they
-- are one person.
followers as (
    select
        {{ strata__node("'anonymous_id'", 'logins.anonymous_id') }} as node,
        min(labels.label) as label
    from logins
    left join labels
        on {{ strata__node("'user_id'", 'logins.user_id') }} = labels.node
    where logins.is_shared
    group by logins.anonymous_id
    having
        count(*) = count(labels.label) and min(labels.label) = max(labels.label)
),

members as (
    select
        ids.id_type,
        ids.id,
        ids.first_seen_at,
        case ids.id_type when 'user_id' then 1 when 'anonymous_id' then 2 else 3 end
            as class,
        coalesce(labels.label, followers.label, ids.node) as label
    from ids
    left join labels on ids.node = labels.node
    left join followers on ids.node = followers.node
),

sizes as (
    select
        members.label,
        min(members.class) as class,
        count(*) filter (where members.class = 1) as account_count,
        count(*) filter (where members.class = 2) as device_count,
        count(*) as id_count
    from members
    group by members.label
),

rivals as (
    select
        members.*,
        case sizes.class
            when 1 then sizes.account_count
            when 2 then sizes.device_count
            else sizes.id_count
        end > 1 as is_contested
    from members
    inner join sizes
        on members.label = sizes.label and members.class = sizes.class
),

-- The oldest account, else the oldest device, else the smallest id. Few persons have
-- several of a kind.
aged as (
    select
        rivals.*,
        row_number() over (
            partition by rivals.label
            order by
                case when rivals.class < 3 then rivals.first_seen_at end nulls last,
                rivals.id_type,
                rivals.id
        ) as age_rank
    from rivals
    where rivals.is_contested
),

canonical as (
    select
        aged.label,
        aged.id_type,
        aged.id
    from aged
    where aged.age_rank = 1
    union all
    select
        rivals.label,
        rivals.id_type,
        rivals.id
    from rivals
    where not rivals.is_contested
),

final as (
    select
        members.id_type,
        members.id,
        canonical.id_type as canonical_id_type,
        canonical.id as canonical_id,
        {{ strata__key(['canonical.id_type', 'canonical.id']) }} as user_key
    from members
    inner join canonical on members.label = canonical.label
)

select * from final
