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
        users.user_key,
        {{ strata__business_time('users.registered_at') }} as registered_at,
        {{ strata__business_date('users.registered_at') }} as registered_date
    from users
    where users.registered_at is not null
),

visits as (
    select
        active_periods.*,
        activities.new_by,
        calendar.period_number,
        lag(calendar.period_number) over (
            partition by
                active_periods.activity_code,
                active_periods.grain,
                active_periods.user_key
            order by calendar.period_number
        ) as previous_number,
        lead(calendar.period_number) over (
            partition by
                active_periods.activity_code,
                active_periods.grain,
                active_periods.user_key
            order by calendar.period_number
        ) as next_number
    from active_periods
    inner join activities
        on active_periods.activity_code = activities.activity_code
    inner join calendar
        on
            active_periods.grain = calendar.grain
            and active_periods.period_date = calendar.period_date
            and active_periods.period_hour = calendar.period_hour
),

-- Who was active the period before is returning, whatever the registration says:
-- else the identity would not hold.
states as (
    select
        visits.activity_code,
        visits.grain,
        visits.period_number,
        visits.next_number,
        case
            when visits.previous_number = visits.period_number - 1 then 'returning'
            when visits.new_by = 'activity' and visits.previous_number is null
                then 'new'
            when
                visits.new_by = 'registration'
                and registrations.user_key is not null
                then 'new'
            else 'resurrected'
        end as state
    from visits
    left join registrations
        on
            visits.new_by = 'registration'
            and visits.user_key = registrations.user_key
            and visits.period_date = case visits.grain
                when 'hour' then registrations.registered_date
                else {{ strata__period_of(
                    'visits.grain', 'registrations.registered_date'
                ) }}
            end
            and (
                visits.grain != 'hour'
                or visits.period_hour
                = extract(hour from registrations.registered_at)
            )
),

moves as (
    select
        states.activity_code,
        states.grain,
        states.period_number,
        states.state
    from states
    union all
    select
        states.activity_code,
        states.grain,
        states.period_number + 1 as period_number,
        'dormant' as state
    from states
    where coalesce(states.next_number, 0) != states.period_number + 1
),

final as (
    select
        activities.activity_code,
        calendar.grain,
        calendar.period_date,
        calendar.period_hour,
        count(*) filter (where moves.state != 'dormant') as active,
        count(*) filter (where moves.state = 'new') as new,
        count(*) filter (where moves.state = 'returning') as "returning",
        count(*) filter (where moves.state = 'resurrected') as resurrected,
        count(*) filter (where moves.state = 'dormant') as dormant,
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
