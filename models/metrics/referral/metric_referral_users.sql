with referrals as (
    select * from {{ ref('metric_referrals') }}
),

ancestors as (
    select * from {{ ref('metric_referral_ancestors') }}
),

orders as (
    select * from {{ ref('core_orders') }}
),

values_of as (
    select
        orders.user_key,
        sum(orders.net_amount) as net_amount
    from orders
    group by orders.user_key
),

sent as (
    select
        referrals.inviter_key as user_key,
        count(*) as invites,
        count(referrals.accepted_at) as accepted_invites,
        count(*) filter (where referrals.status = 'joined') as direct_users
    from referrals
    where referrals.status != 'self' and referrals.inviter_key is not null
    group by referrals.inviter_key
),

joined as (
    select
        referrals.invitee_key as user_key,
        referrals.inviter_key
    from referrals
    where referrals.status = 'joined'
),

depths as (
    select
        ancestors.user_key,
        count(*) as depth
    from ancestors
    group by ancestors.user_key
),

below as (
    select
        ancestors.ancestor_key as user_key,
        count(*) as descendant_users,
        max(depths.depth) as deepest,
        sum(values_of.net_amount) as net_amount
    from ancestors
    inner join depths on ancestors.user_key = depths.user_key
    left join values_of on ancestors.user_key = values_of.user_key
    group by ancestors.ancestor_key
),

described as (
    select
        sent.user_key,
        joined.inviter_key as invited_by,
        coalesce(depths.depth, 0) as depth,
        sent.invites,
        sent.accepted_invites,
        sent.direct_users,
        coalesce(below.descendant_users, 0) as descendant_users,
        coalesce(below.deepest - coalesce(depths.depth, 0), 0) as depth_below,
        cast(coalesce(values_of.net_amount, 0) as decimal(18, 2)) as net_amount,
        cast(coalesce(below.net_amount, 0) as decimal(18, 2)) as descendant_net_amount
    from sent
    left join joined on sent.user_key = joined.user_key
    left join depths on sent.user_key = depths.user_key
    left join below on sent.user_key = below.user_key
    left join values_of on sent.user_key = values_of.user_key
),

final as (
    select
        described.user_key,
        described.invited_by,
        described.depth,
        described.invites,
        described.accepted_invites,
        described.direct_users,
        described.descendant_users,
        described.depth_below,
        described.net_amount,
        described.descendant_net_amount,
        row_number() over (
            order by
                described.descendant_users desc,
                described.descendant_net_amount desc,
                described.user_key asc
        ) as inviter_rank
    from described
)

select * from final
