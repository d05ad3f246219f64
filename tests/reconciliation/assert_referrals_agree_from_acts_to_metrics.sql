-- Invitations are those of the acts of persons and of nobody known; who joined is
-- counted once, as a child of its inviter.
with referrals as (
    select * from {{ ref('metric_referrals') }}
),

acts as (
    select * from {{ ref('core_user_acts') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

-- Every invitation but those of accounts that are known and no person.
stated as (
    select referrals.referral_id
    from {{ ref('stg_strata__referrals') }} as referrals
    inner join clock
        on {{ strata__business_date('referrals.invited_at') }} <= clock.as_of_date
    where
        not exists (
            select 1
            from {{ ref('core_identity_ids') }} as ids
            where ids.id_type = 'user_id' and ids.id = referrals.inviter_user_id
        )
),

figures as (
    select
        'invitations of nobody known' as place,
        count(*) as value,
        (select count(*) from stated) as expected_value
    from referrals
    where referrals.inviter_key is null
    union all
    select
        'invitations' as place,
        count(*) as value,
        (
            select count(*)
            from acts
            inner join clock on acts.act_date <= clock.as_of_date
            where acts.act_kind = 'invited'
        ) as expected_value
    from referrals
    where referrals.inviter_key is not null
    union all
    select
        'sent to others' as place,
        coalesce(sum(months.invites), 0) as value,
        (
            select count(*)
            from referrals
            where referrals.status != 'self'
        ) as expected_value
    from {{ ref('metric_referral') }} as months
    where months.period_grain = 'month'
    union all
    select
        'brought' as place,
        coalesce(sum(inviters.direct_users), 0) as value,
        (
            select coalesce(sum(lifetime.new_users), 0)
            from {{ ref('metric_referral') }} as lifetime
            where lifetime.period_grain = 'lifetime'
        ) - (
            select count(*)
            from referrals
            where referrals.status = 'joined' and referrals.inviter_key is null
        ) as expected_value
    from {{ ref('metric_referral_users') }} as inviters
    union all
    select
        'children' as place,
        count(distinct referrals.invitee_key) as value,
        count(*) as expected_value
    from referrals
    where referrals.status = 'joined'
    union all
    select
        'invited members' as place,
        coalesce(max(members.users), 0) as value,
        (
            select count(*)
            from referrals
            where referrals.status = 'joined'
        ) as expected_value
    from {{ ref('metric_referral_value') }} as members
    where members.period_grain = 'lifetime' and members.origin = 'invited'
)

select *
from figures
where figures.value != figures.expected_value
