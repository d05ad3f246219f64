with starts as (
    select * from {{ ref('metric_retention_starts') }}
),

returns as (
    select * from {{ ref('metric_retention_returns') }}
),

spans as (
    select * from {{ ref('metric_retention_spans') }}
),

definitions as (
    select * from {{ ref('stg_strata__retention_definitions') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

numbers as (
    select {{ strata__days_between('clock.first_date', 'days.day') }} as period_number
    from {{ strata__days(ref('core_clock'), 'first_date', 'as_of_date') }} as days
    cross join clock
),

cohorts as (
    select
        starts.definition_code,
        starts.cohort_date,
        count(*) as cohort_users
    from starts
    group by starts.definition_code, starts.cohort_date
),

-- Periods that have begun, and those that are over, by the end of the as-of day.
lived as (
    select
        cohorts.*,
        definitions.periods,
        {{ strata__periods_between(
            'definitions.grain',
            'cohorts.cohort_date',
            strata__period_of('definitions.grain', 'clock.as_of_date')
        ) }} as begun_periods,
        {{ strata__periods_between(
            'definitions.grain',
            'cohorts.cohort_date',
            strata__period_of(
                'definitions.grain', strata__add_days('clock.as_of_date', 1)
            )
        ) }} as complete_periods
    from cohorts
    inner join definitions on cohorts.definition_code = definitions.definition_code
    cross join clock
),

cells as (
    select
        lived.definition_code,
        lived.cohort_date,
        lived.cohort_users,
        numbers.period_number,
        numbers.period_number < lived.complete_periods as is_mature
    from lived
    inner join numbers
        on
            lived.periods >= numbers.period_number
            and lived.begun_periods >= numbers.period_number
),

counted as (
    select
        returns.definition_code,
        returns.cohort_date,
        {{ strata__periods_between(
            'definitions.grain', 'returns.cohort_date', 'returns.return_date'
        ) }} as from_number,
        {{ strata__periods_between(
            'definitions.grain', 'returns.cohort_date', 'returns.return_date'
        ) }} as to_number,
        returns.returned_users as users
    from returns
    inner join definitions on returns.definition_code = definitions.definition_code
    union all
    select
        spans.definition_code,
        spans.cohort_date,
        spans.from_number,
        spans.to_number,
        count(*) as users
    from spans
    group by
        spans.definition_code, spans.cohort_date, spans.from_number, spans.to_number
),

retained as (
    select
        cells.definition_code,
        cells.cohort_date,
        cells.period_number,
        cast(sum(counted.users) as bigint) as retained_users
    from cells
    inner join counted
        on
            cells.definition_code = counted.definition_code
            and cells.cohort_date = counted.cohort_date
            and cells.period_number between counted.from_number and counted.to_number
    group by cells.definition_code, cells.cohort_date, cells.period_number
),

final as (
    select
        cells.definition_code,
        cells.cohort_date,
        cells.period_number,
        cells.cohort_users,
        case when cells.is_mature then cells.cohort_users else 0 end as mature_users,
        coalesce(retained.retained_users, 0) as retained_users,
        case
            when cells.is_mature
                then cast(coalesce(retained.retained_users, 0) as double)
                    / cells.cohort_users
        end as retention_rate,
        cells.is_mature
    from cells
    left join retained
        on
            cells.definition_code = retained.definition_code
            and cells.cohort_date = retained.cohort_date
            and cells.period_number = retained.period_number
)

select * from final
