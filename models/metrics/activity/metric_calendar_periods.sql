with clock as (
    select * from {{ ref('core_clock') }}
),

-- A quarter around each end, so that windows which reach beyond the data are whole.
horizon as (
    select
        {{ strata__add_days('clock.first_date', -100) }} as from_date,
        {{ strata__add_days('clock.as_of_date', 100) }} as until_date
    from clock
),

calendar as (
    select days.day
    from {{ strata__days('horizon', 'from_date', 'until_date') }} as days
),

hours as (
    select
        {{ strata__days_between('horizon.from_date', 'calendar.day') }} as period_hour
    from calendar
    cross join horizon
    where {{ strata__days_between('horizon.from_date', 'calendar.day') }} < 24
),

grains as (
    select 'day' as grain
    union all
    select 'week' as grain
    union all
    select 'month' as grain
),

periods as (
    select
        'hour' as grain,
        calendar.day as period_date,
        hours.period_hour,
        calendar.day as last_date
    from calendar
    cross join hours
    union all
    select
        grains.grain,
        {{ strata__period_of('grains.grain', 'calendar.day') }} as period_date,
        cast(0 as bigint) as period_hour,
        max(calendar.day) as last_date
    from calendar
    cross join grains
    group by
        grains.grain,
        {{ strata__period_of('grains.grain', 'calendar.day') }}
),

final as (
    select
        periods.grain,
        periods.period_date,
        periods.period_hour,
        row_number() over (
            partition by periods.grain order by periods.period_date, periods.period_hour
        ) as period_number,
        (
            periods.last_date >= clock.first_date
            and periods.period_date <= clock.as_of_date
        ) as is_begun,
        periods.last_date <= clock.as_of_date as is_mature
    from periods
    cross join clock
)

select * from final
