with referrals as (
    select * from {{ strata__accepted_rows('referrals') }}
),

final as (
    select
        referrals.referral_id,
        referrals.inviter_user_id,
        referrals.invitee_user_id,
        referrals.invited_at,
        referrals.accepted_at,
        referrals.loaded_at
    from referrals
)

select * from final
