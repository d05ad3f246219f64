with cycles as (
    select * from {{ ref('metric_referral_cycles') }}
),

user_days as (
    select * from {{ ref('core_user_days') }}
),

users as (
    select * from {{ ref('core_users') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

opened as (
    select
        grains.period_grain,
        {{ strata__month_of('min(cycles.invited_date)') }} as opening_month
    from cycles
    cross join (
        select 'month' as period_grain
        union all
        select 'lifetime' as period_grain
    ) as grains
    group by grains.period_grain
),

counted as (
    select
        opened.period_grain,
        case
            when opened.period_grain = 'lifetime' then opened.opening_month
            else {{ strata__month_of('cycles.invited_date') }}
        end as period,
        count(distinct cycles.inviter_key) as inviters,
        count(*) as invites,
        count(*) filter (where cycles.is_accepted) as accepted_invites,
        count(*) filter (where cycles.is_joined) as new_users,
        count(*) filter (where cycles.is_mature) as mature_invites,
        count(*) filter (where cycles.is_mature and cycles.is_timely)
            as mature_accepted_invites,
        count(*) filter (
            where cycles.is_mature and cycles.is_timely and cycles.is_joined
        )
            as mature_new_users,
        percentile_cont(0.5) within group (order by cycles.days_to_accept)
            as median_days_to_accept,
        percentile_cont(0.5) within group (order by cycles.days_to_invite)
            as median_days_to_invite,
        percentile_cont(0.5) within group (order by cycles.cycle_days)
            as median_cycle_days,
        max(cycles.depth) as depth
    from cycles
    cross join opened
    group by
        opened.period_grain,
        case
            when opened.period_grain = 'lifetime' then opened.opening_month
            else {{ strata__month_of('cycles.invited_date') }}
        end
),

-- Only accounts can invite, so that visitors who had none in the month are no base.
members as (
    select
        opened.period_grain,
        case
            when opened.period_grain = 'lifetime' then opened.opening_month
            else {{ strata__month_of('user_days.activity_date') }}
        end as period,
        count(distinct user_days.user_key) as active_users
    from user_days
    inner join users on user_days.user_key = users.user_key and users.has_account
    inner join opened
        on
            user_days.activity_date >= opened.opening_month
            and (
                opened.period_grain = 'lifetime'
                or users.account_since_at is null
                or {{ strata__month_of('user_days.activity_date') }}
                >= {{ strata__month_of(
                    strata__business_date('users.account_since_at')
                ) }}
            )
    group by
        opened.period_grain,
        case
            when opened.period_grain = 'lifetime' then opened.opening_month
            else {{ strata__month_of('user_days.activity_date') }}
        end
),

spans as (
    select
        opened.opening_month as from_date,
        clock.as_of_date as until_date
    from opened
    cross join clock
    where opened.period_grain = 'month'
),

periods as (
    select
        'month' as period_grain,
        {{ strata__month_of('days.day') }} as period
    from {{ strata__days('spans', 'from_date', 'until_date') }} as days
    union
    select
        opened.period_grain,
        opened.opening_month as period
    from opened
),

final as (
    select
        periods.period_grain,
        periods.period,
        periods.period_grain = 'month' and periods.period
        < {{ strata__month_of(strata__add_days('clock.as_of_date', 1)) }} as is_over,
        coalesce(members.active_users, 0) as active_users,
        coalesce(counted.inviters, 0) as inviters,
        coalesce(counted.invites, 0) as invites,
        coalesce(counted.accepted_invites, 0) as accepted_invites,
        coalesce(counted.new_users, 0) as new_users,
        coalesce(counted.mature_invites, 0) as mature_invites,
        coalesce(counted.mature_accepted_invites, 0) as mature_accepted_invites,
        coalesce(counted.mature_new_users, 0) as mature_new_users,
        counted.median_days_to_accept,
        counted.median_days_to_invite,
        counted.median_cycle_days,
        counted.depth
    from periods
    cross join clock
    left join members using (period_grain, period)
    left join counted using (period_grain, period)
)

select * from final
