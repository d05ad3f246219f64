with referrals as (
    select * from {{ ref('core_referrals') }}
),

users as (
    select * from {{ ref('core_users') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

sent as (
    select
        referrals.referral_id,
        referrals.inviter_key,
        referrals.invitee_key,
        referrals.invited_at,
        referrals.invited_date,
        case
            when referrals.accepted_date <= clock.as_of_date
                then referrals.accepted_at
        end as accepted_at,
        case
            when referrals.accepted_date <= clock.as_of_date
                then referrals.accepted_date
        end as accepted_date
    from referrals
    inner join clock on referrals.invited_date <= clock.as_of_date
),

-- Of several acceptances of a person the first one brought the person.
numbered as (
    select
        sent.*,
        row_number() over (
            partition by
                sent.invitee_key,
                sent.accepted_at is not null
                and coalesce(sent.inviter_key != sent.invitee_key, true)
            order by sent.accepted_at, sent.invited_at, sent.referral_id
        ) as acceptance_number
    from sent
),

judged as (
    select
        numbered.*,
        case
            when numbered.inviter_key = numbered.invitee_key then 'self'
            when numbered.accepted_at is null then 'open'
            when numbered.invitee_key is null then 'unknown'
            when numbered.acceptance_number > 1 then 'repeated'
            when users.account_since_at >= numbered.invited_at then 'joined'
            else 'known_before'
        end as status
    from numbered
    left join users on numbered.invitee_key = users.user_key
),

joined as (
    select
        judged.invitee_key as child,
        judged.inviter_key as parent,
        judged.invited_at,
        judged.accepted_at,
        judged.referral_id
    from judged
    where judged.status = 'joined' and judged.inviter_key is not null
),

above as (
    select
        pairs.child,
        pairs.ancestor
    from {{ strata__ancestors('joined') }} as pairs
),

-- Members of a ring are their own ancestors, and each other's.
rings as (
    select
        above.child,
        members.referral_id,
        row_number() over (
            partition by above.child
            order by members.accepted_at, members.invited_at, members.referral_id
        ) as place
    from above as ring
    inner join above on ring.child = above.child
    inner join joined as members on above.ancestor = members.child
    where ring.child = ring.ancestor
),

-- Whoever of a ring accepted first cannot have come through the others.
impossible as (
    select rings.referral_id
    from rings
    where rings.place = 1
    group by rings.referral_id
),

final as (
    select
        judged.referral_id,
        judged.inviter_key,
        judged.invitee_key,
        judged.invited_at,
        judged.invited_date,
        judged.accepted_at,
        judged.accepted_date,
        case
            when impossible.referral_id is null then judged.status else 'circular'
        end as status
    from judged
    left join impossible on judged.referral_id = impossible.referral_id
)

select * from final
