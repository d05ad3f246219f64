with referrals as (
    select * from {{ ref('metric_referrals') }}
),

ancestors as (
    select * from {{ ref('metric_referral_ancestors') }}
),

windows as (
    select * from {{ ref('stg_strata__referral_windows') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

depths as (
    select
        ancestors.user_key,
        count(*) as depth
    from ancestors
    group by ancestors.user_key
),

-- When those who joined invited somebody else for the first time.
onward as (
    select
        referrals.referral_id,
        min(later.invited_at) as onward_at
    from referrals
    inner join referrals as later
        on
            referrals.invitee_key = later.inviter_key
            and referrals.accepted_at <= later.invited_at
    where referrals.status = 'joined' and later.status != 'self'
    group by referrals.referral_id
),

final as (
    select
        referrals.referral_id,
        referrals.inviter_key,
        referrals.invited_date,
        referrals.accepted_date is not null as is_accepted,
        referrals.status = 'joined' as is_joined,
        {{ strata__add_days('referrals.invited_date', 'windows.days') }}
        <= clock.as_of_date as is_mature,
        coalesce(
            referrals.accepted_date
            <= {{ strata__add_days('referrals.invited_date', 'windows.days') }},
            false
        ) as is_timely,
        case when referrals.status = 'joined' then depths.depth end as depth,
        case
            when
                referrals.status = 'joined'
                and referrals.accepted_at >= referrals.invited_at
                then {{ strata__seconds_between(
                    'referrals.invited_at', 'referrals.accepted_at'
                ) }} / 86400e0
        end as days_to_accept,
        {{ strata__seconds_between('referrals.accepted_at', 'onward.onward_at') }}
        / 86400e0 as days_to_invite,
        case
            when onward.onward_at >= referrals.invited_at
                then {{ strata__seconds_between(
                    'referrals.invited_at', 'onward.onward_at'
                ) }} / 86400e0
        end as cycle_days
    from referrals
    cross join clock
    inner join windows on windows.window_code = 'accept'
    left join depths on referrals.invitee_key = depths.user_key
    left join onward on referrals.referral_id = onward.referral_id
    where referrals.status != 'self'
)

select * from final
