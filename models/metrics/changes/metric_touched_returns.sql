with days as (
    select * from {{ ref('core_touched_days') }}
),

starters as (
    select * from {{ ref('metric_touched_starters') }}
),

user_event_days as (
    select * from {{ ref('metric_user_event_days') }}
),

definitions as (
    select *
    from {{ ref('stg_strata__retention_definitions') }}
    where kind = 'on'
),

calendar as (
    select days.day
    from {{ strata__days(ref('core_clock'), 'first_date', 'as_of_date') }} as days
),

touched as (
    select
        definitions.definition_code,
        {{ strata__period_of('definitions.grain', 'days.activity_date') }}
            as return_date
    from (select distinct activity_date from days) as days -- one row per person
    cross join definitions
    union
    select
        definitions.definition_code,
        {{ strata__period_of('definitions.grain', 'user_event_days.event_date') }}
            as return_date
    from starters
    inner join definitions on starters.definition_code = definitions.definition_code
    inner join user_event_days
        on
            starters.user_key = user_event_days.user_key
            and definitions.return_event = user_event_days.event_name
            and starters.returns_from_date <= user_event_days.event_date
),

counted as (
    select
        definitions.definition_code,
        {{ strata__period_of('definitions.grain', 'calendar.day') }} as return_date,
        calendar.day as event_date,
        definitions.return_event
    from definitions
    cross join calendar
),

-- A period that the as-of day no longer reaches has no day to count.
final as (
    select
        coalesce(counted.definition_code, touched.definition_code) as definition_code,
        coalesce(counted.return_date, touched.return_date) as return_date,
        counted.event_date,
        counted.return_event
    from counted
    full outer join touched
        on
            counted.definition_code = touched.definition_code
            and counted.return_date = touched.return_date
    where
        not {{ strata__continues('metric_retention_returns') }}
        or touched.return_date is not null
)

select * from final
