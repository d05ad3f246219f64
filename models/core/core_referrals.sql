with referrals as (
    select * from {{ ref('stg_strata__referrals') }}
),

identities as (
    select * from {{ ref('core_identity_map') }}
),

accounts as (
    select
        identities.id as user_id,
        identities.user_key
    from identities
    where identities.id_type = 'user_id'
),

-- Ids that the warehouse knows, also of those who left it.
known as (
    select ids.id as user_id
    from {{ ref('core_identity_ids') }} as ids
    where ids.id_type = 'user_id'
),

-- Whoever left invites nobody; of whom nothing else is known may still invite.
final as (
    select
        referrals.referral_id,
        inviters.user_key as inviter_key,
        invitees.user_key as invitee_key,
        referrals.invited_at,
        {{ strata__business_date('referrals.invited_at') }} as invited_date,
        referrals.accepted_at,
        {{ strata__business_date('referrals.accepted_at') }} as accepted_date
    from referrals
    left join accounts as inviters on referrals.inviter_user_id = inviters.user_id
    left join accounts as invitees on referrals.invitee_user_id = invitees.user_id
    left join known on referrals.inviter_user_id = known.user_id
    where inviters.user_key is not null or known.user_id is null
)

select * from final
