with referrals as (
    select * from {{ ref('metric_referrals') }}
),

joined as (
    select
        referrals.invitee_key as child,
        referrals.inviter_key as parent
    from referrals
    where referrals.status = 'joined' and referrals.inviter_key is not null
),

final as (
    select
        pairs.child as user_key,
        pairs.ancestor as ancestor_key
    from {{ strata__ancestors('joined') }} as pairs
)

select * from final
