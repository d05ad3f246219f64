-- Who brings the most people, directly and through those whom they brought, and what
-- are all of these worth?
with inviters as (
    select * from {{ ref('metric_referral_users') }}
),

final as (
    select
        inviters.inviter_rank,
        inviters.user_key,
        inviters.invites,
        inviters.direct_users,
        inviters.descendant_users,
        inviters.depth_below,
        inviters.descendant_net_amount
    from inviters
    where inviters.descendant_users > 0 and inviters.inviter_rank <= 100
)

select * from final
order by final.inviter_rank
