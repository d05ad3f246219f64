with users as (
    select * from {{ ref('core_users') }}
),

user_days as (
    select * from {{ ref('core_user_days') }}
),

referrals as (
    select * from {{ ref('metric_referrals') }}
),

windows as (
    select * from {{ ref('stg_strata__referral_windows') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

members as (
    select
        users.user_key,
        {{ strata__business_date('users.account_since_at') }} as started_date,
        case when referrals.referral_id is null then 'not_invited' else 'invited' end
            as origin
    from users
    left join referrals
        on users.user_key = referrals.invitee_key and referrals.status = 'joined'
    where users.account_since_at is not null
),

spans as (
    select
        members.user_key,
        members.origin,
        {{ strata__month_of('members.started_date') }} as started_month,
        {{ strata__month_of('min(members.started_date) over ()') }} as opening_month,
        horizons.days as horizon_days,
        members.started_date,
        {{ strata__add_days('members.started_date', 'horizons.days') }} as return_from,
        {{ strata__add_days('members.started_date', 'horizons.days + returns.days') }}
            as return_to
    from members
    inner join windows as horizons on horizons.window_code = 'value'
    inner join windows as returns on returns.window_code = 'return'
),

-- The value of the first days, and whether the member was there in those after them;
-- of whom the first days lie before the data nothing is known.
lives as (
    select
        spans.user_key,
        spans.origin,
        spans.horizon_days,
        spans.started_month,
        spans.opening_month,
        (
            min(spans.started_date) >= min(clock.first_date)
            and max(spans.return_to)
            <= max({{ strata__add_days('clock.as_of_date', 1) }})
        ) as is_mature,
        sum(user_days.order_count)
        filter (where user_days.activity_date < spans.return_from) as orders,
        sum(user_days.net_amount)
        filter (where user_days.activity_date < spans.return_from) as net_amount,
        count(user_days.activity_date)
        filter (where user_days.activity_date >= spans.return_from) as returns
    from spans
    cross join clock
    left join user_days
        on
            spans.user_key = user_days.user_key
            and spans.started_date <= user_days.activity_date
            and spans.return_to > user_days.activity_date
    group by
        spans.user_key,
        spans.origin,
        spans.horizon_days,
        spans.started_month,
        spans.opening_month
),

periods as (
    select
        lives.*,
        'month' as period_grain,
        lives.started_month as period
    from lives
    union all
    select
        lives.*,
        'lifetime' as period_grain,
        lives.opening_month as period
    from lives
),

counted as (
    select
        periods.period_grain,
        periods.period,
        periods.horizon_days,
        periods.origin,
        count(*) as users,
        count(*) filter (where periods.is_mature) as mature_users,
        count(*) filter (where periods.is_mature and periods.orders > 0) as buyers,
        coalesce(sum(periods.orders) filter (where periods.is_mature), 0) as orders,
        coalesce(sum(periods.net_amount) filter (where periods.is_mature), 0)
            as net_amount,
        count(*) filter (where periods.is_mature and periods.returns > 0)
            as retained_users
    from periods
    group by
        periods.period_grain, periods.period, periods.horizon_days, periods.origin
),

final as (
    select
        counted.period_grain,
        counted.period,
        counted.horizon_days,
        counted.origin,
        counted.users,
        counted.mature_users,
        counted.buyers,
        cast(counted.orders as bigint) as orders,
        cast(counted.net_amount as decimal(18, 2)) as net_amount,
        cast(counted.net_amount as double) / nullif(counted.mature_users, 0)
            as net_per_user,
        cast(counted.orders as double) / nullif(counted.mature_users, 0)
            as orders_per_user,
        counted.retained_users,
        cast(counted.retained_users as double) / nullif(counted.mature_users, 0)
            as retention_rate
    from counted
)

select * from final
