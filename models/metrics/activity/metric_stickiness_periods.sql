with definitions as (
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
        definitions.*,
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
        definitions.*,
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
        and calendar.period_number
        > latest.period_number - definitions.window_periods * definitions.period_length
),

numbered as (
    select
        windowed.*,
        row_number() over (
            partition by windowed.stickiness_code, windowed.window_date
            order by windowed.period_date, windowed.period_hour
        ) as place,
        max(case when windowed.is_begun then 1 else 0 end) over (
            partition by windowed.stickiness_code, windowed.window_date
        ) = 1 as has_begun,
        min(case when windowed.is_mature then 1 else 0 end) over (
            partition by windowed.stickiness_code, windowed.window_date
        ) = 1 as is_over
    from windowed
),

final as (
    select
        numbered.stickiness_code,
        numbered.activity_code,
        numbered.grain,
        numbered.window_date,
        numbered.period_date,
        numbered.period_hour,
        cast(
            ceil(cast(numbered.place as double) / numbered.period_length) as bigint
        ) as period_number,
        numbered.period_length,
        numbered.is_over as is_mature
    from numbered
    where numbered.has_begun
)

select * from final
