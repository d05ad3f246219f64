with active_periods as (
    select * from {{ ref('metric_active_periods') }}
),

activities as (
    select * from {{ ref('stg_strata__activity_definitions') }}
),

calendar as (
    select * from {{ ref('metric_calendar_periods') }}
),

users as (
    select * from {{ ref('core_users') }}
),

registrations as (
    select
        activities.activity_code,
        users.user_key,
        {{ strata__business_time('users.registered_at') }} as registered_at,
        {{ strata__business_date('users.registered_at') }} as registered_date
    from users
    inner join activities on activities.new_by = 'registration'
    where users.registered_at is not null
),

-- Who was active the period before is returning, whatever the registration says:
-- else the identity would not hold.
states as (
    select
        active_periods.activity_code,
        active_periods.grain,
        active_periods.period_date,
        active_periods.period_hour,
        active_periods.is_followed,
        case
            when active_periods.is_returning then 'returning'
            when activities.new_by = 'activity' and active_periods.is_first then 'new'
            when registrations.user_key is not null then 'new'
            else 'resurrected'
        end as state
    from active_periods
    inner join activities
        on active_periods.activity_code = activities.activity_code
    left join registrations
        on
            active_periods.activity_code = registrations.activity_code
            and active_periods.user_key = registrations.user_key
            and active_periods.period_date = case active_periods.grain
                when 'hour' then registrations.registered_date
                else {{ strata__period_of(
                    'active_periods.grain', 'registrations.registered_date'
                ) }}
            end
            and (
                active_periods.grain != 'hour'
                or active_periods.period_hour
                = extract(hour from registrations.registered_at)
            )
),

counted as (
    select
        states.activity_code,
        states.grain,
        states.state,
        calendar.period_number,
        count(*) as users,
        count(*) filter (where not states.is_followed) as leaving_users
    from states
    inner join calendar
        on
            states.grain = calendar.grain
            and states.period_date = calendar.period_date
            and states.period_hour = calendar.period_hour
    group by
        states.activity_code, states.grain, states.state, calendar.period_number
),

moves as (
    select
        counted.activity_code,
        counted.grain,
        counted.period_number,
        counted.state,
        counted.users
    from counted
    union all
    select
        counted.activity_code,
        counted.grain,
        counted.period_number + 1 as period_number,
        'dormant' as state,
        counted.leaving_users as users
    from counted
),

final as (
    select
        activities.activity_code,
        calendar.grain,
        calendar.period_date,
        calendar.period_hour,
        cast(coalesce(
            sum(moves.users) filter (where moves.state != 'dormant'), 0
        ) as bigint) as active,
        cast(coalesce(
            sum(moves.users) filter (where moves.state = 'new'), 0
        ) as bigint) as new,
        cast(coalesce(
            sum(moves.users) filter (where moves.state = 'returning'), 0
        ) as bigint) as "returning",
        cast(coalesce(
            sum(moves.users) filter (where moves.state = 'resurrected'), 0
        ) as bigint) as resurrected,
        cast(coalesce(
            sum(moves.users) filter (where moves.state = 'dormant'), 0
        ) as bigint) as dormant,
        calendar.is_mature
    from activities
    inner join calendar
        on calendar.is_begun and (activities.has_hours or calendar.grain != 'hour')
    left join moves
        on
            activities.activity_code = moves.activity_code
            and calendar.grain = moves.grain
            and calendar.period_number = moves.period_number
    group by
        activities.activity_code,
        calendar.grain,
        calendar.period_date,
        calendar.period_hour,
        calendar.is_mature
)

select * from final
