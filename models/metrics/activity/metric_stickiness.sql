with active_periods as (
    select * from {{ ref('metric_active_periods') }}
),

definitions as (
    select * from {{ ref('stg_strata__stickiness_definitions') }}
),

calendar as (
    select * from {{ ref('metric_calendar_periods') }}
),

latest as (
    select
        calendar.grain,
        max(calendar.period_number) as period_number
    from calendar
    where calendar.is_begun
    group by calendar.grain
),

-- A week belongs to the month and the quarter in which it begins.
windowed as (
    select
        definitions.stickiness_code,
        definitions.activity_code,
        calendar.grain,
        calendar.period_date,
        calendar.period_hour,
        calendar.is_begun,
        calendar.is_mature,
        {{ strata__period_of('definitions.window_kind', 'calendar.period_date') }}
            as window_date
    from definitions
    inner join calendar on definitions.grain = calendar.grain
    where definitions.window_kind != 'last'
    union all
    select
        definitions.stickiness_code,
        definitions.activity_code,
        calendar.grain,
        calendar.period_date,
        calendar.period_hour,
        calendar.is_begun,
        calendar.is_mature,
        min(calendar.period_date) over (partition by definitions.stickiness_code)
            as window_date
    from definitions
    inner join calendar on definitions.grain = calendar.grain
    inner join latest on definitions.grain = latest.grain
    where
        definitions.window_kind = 'last'
        and calendar.period_number <= latest.period_number
        and calendar.period_number > latest.period_number - definitions.window_periods
),

numbered as (
    select
        windowed.*,
        row_number() over (
            partition by windowed.stickiness_code, windowed.window_date
            order by windowed.period_date, windowed.period_hour
        ) as period_count,
        max(case when windowed.is_begun then 1 else 0 end) over (
            partition by windowed.stickiness_code, windowed.window_date
        ) = 1 as has_begun,
        min(case when windowed.is_mature then 1 else 0 end) over (
            partition by windowed.stickiness_code, windowed.window_date
        ) = 1 as is_over
    from windowed
),

persons as (
    select
        numbered.stickiness_code,
        numbered.window_date,
        active_periods.user_key,
        count(*) as period_count
    from numbered
    inner join active_periods
        on
            numbered.activity_code = active_periods.activity_code
            and numbered.grain = active_periods.grain
            and numbered.period_date = active_periods.period_date
            and numbered.period_hour = active_periods.period_hour
    group by
        numbered.stickiness_code, numbered.window_date, active_periods.user_key
),

counted as (
    select
        numbered.stickiness_code,
        numbered.window_date,
        numbered.period_count,
        numbered.is_over as is_mature,
        count(persons.user_key) as users
    from numbered
    left join persons
        on
            numbered.stickiness_code = persons.stickiness_code
            and numbered.window_date = persons.window_date
            and numbered.period_count = persons.period_count
    where numbered.has_begun
    group by
        numbered.stickiness_code,
        numbered.window_date,
        numbered.period_count,
        numbered.is_over
),

totals as (
    select
        counted.*,
        cast(sum(counted.users) over (
            partition by counted.stickiness_code, counted.window_date
            order by counted.period_count desc
        ) as bigint) as users_or_more,
        cast(sum(counted.users) over (
            partition by counted.stickiness_code, counted.window_date
        ) as bigint) as active_users
    from counted
),

final as (
    select
        totals.stickiness_code,
        totals.window_date,
        totals.period_count,
        totals.users,
        totals.users_or_more,
        totals.active_users,
        case
            when totals.is_mature
                then cast(totals.users as double) / nullif(totals.active_users, 0)
        end as user_rate,
        totals.is_mature
    from totals
)

select * from final
