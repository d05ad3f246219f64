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
    inner join accounts as inviters on referrals.inviter_user_id = inviters.user_id
    left join accounts as invitees on referrals.invitee_user_id = invitees.user_id
)

select * from final
