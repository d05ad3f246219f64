with days as (
    select * from {{ ref('core_touched_days') }}
),

starters as (
    select * from {{ ref('metric_touched_starters') }}
),

occurrences as (
    select * from {{ ref('metric_user_occurrences') }}
),

definitions as (
    select *
    from {{ ref('stg_strata__retention_definitions') }}
    where not is_by_person
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
        {{ strata__period_of('definitions.grain', 'occurrences.event_date') }}
            as return_date
    from starters
    inner join definitions on starters.definition_code = definitions.definition_code
    inner join occurrences
        on
            starters.user_key = occurrences.user_key
            and definitions.return_code = occurrences.event_code
            and starters.returns_from_date <= occurrences.event_date
),

counted as (
    select
        definitions.definition_code,
        {{ strata__period_of('definitions.grain', 'calendar.day') }} as return_date,
        calendar.day as event_date,
        definitions.return_code
    from definitions
    cross join calendar
),

-- A period that the as-of day no longer reaches has no day to count.
final as (
    select
        coalesce(counted.definition_code, touched.definition_code) as definition_code,
        coalesce(counted.return_date, touched.return_date) as return_date,
        counted.event_date,
        counted.return_code
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
