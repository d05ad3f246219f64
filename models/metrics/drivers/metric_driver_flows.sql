with user_days as (
    select * from {{ ref('core_user_days') }}
),

windows as (
    select * from {{ ref('metric_driver_windows') }}
),

spans as (
    select distinct windows.days_back -- one row per comparison and day
    from windows
),

days as (
    select
        user_days.user_key,
        user_days.activity_date as day,
        min(user_days.activity_date) over (partition by user_days.user_key) as first_day
    from user_days
),

-- Of each day and the day compared with: who came, who stayed and who went.
moves as (
    select
        spans.days_back,
        days.day as date,
        case
            when earlier.user_key is not null then 'returning'
            when days.first_day > {{ strata__add_days('days.day', '-spans.days_back') }}
                then 'new'
            else 'resurrected'
        end as member
    from days
    cross join spans
    left join days as earlier
        on
            days.user_key = earlier.user_key
            and {{ strata__add_days('days.day', '-spans.days_back') }} = earlier.day
    union all
    select
        spans.days_back,
        {{ strata__add_days('days.day', 'spans.days_back') }} as date,
        'dormant' as member
    from days
    cross join spans
    left join days as later
        on
            days.user_key = later.user_key
            and {{ strata__add_days('days.day', 'spans.days_back') }} = later.day
    where later.user_key is null
),

counted as (
    select
        moves.days_back,
        moves.date,
        moves.member,
        count(*) as users
    from moves
    group by moves.days_back, moves.date, moves.member
),

summed as (
    select
        windows.comparison,
        windows.date,
        counted.member,
        cast(sum(counted.users) as bigint) as users
    from windows
    inner join counted
        on
            windows.days_back = counted.days_back
            and counted.date between windows.after_from_date and windows.after_to_date
    group by windows.comparison, windows.date, counted.member
),

sides as (
    select
        summed.*,
        case
            when summed.member in ('returning', 'dormant') then summed.users
            else 0
        end as before_users,
        case when summed.member != 'dormant' then summed.users else 0 end as after_users
    from summed
),

final as (
    select
        sides.date,
        'dau' as metric,
        sides.comparison,
        'lifecycle' as dimension,
        sides.member,
        cast(sides.before_users as double) as before,
        cast(sides.after_users as double) as after,
        cast(sides.after_users - sides.before_users as double) as contribution,
        cast(null as double) as mix_effect,
        cast(null as double) as rate_effect,
        cast(null as bigint) as before_numerator,
        cast(null as bigint) as before_denominator,
        cast(null as bigint) as after_numerator,
        cast(null as bigint) as after_denominator
    from sides
)

select * from final
