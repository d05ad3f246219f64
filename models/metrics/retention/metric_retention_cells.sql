with lives as (
    select * from {{ ref('metric_retention_lives') }}
),

counts as (
    select * from {{ ref('metric_retention_counts') }}
),

definitions as (
    select * from {{ ref('stg_strata__retention_definitions') }}
),

brackets as (
    select * from {{ ref('stg_strata__retention_brackets') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

-- As many as a definition may have of hours.
numbers as (
    select
        24 * {{ strata__days_between('clock.first_date', 'days.day') }} + hours.number
            as period_number
    from {{ strata__days(ref('core_clock'), 'first_date', 'as_of_date') }} as days
    cross join clock
    cross join {{ strata__series(24) }} as hours
),

-- A bracket holds several periods: it begins with the first and is over with the last.
asked as (
    select
        definitions.definition_code,
        numbers.period_number,
        coalesce(brackets.from_period, numbers.period_number) as from_period,
        coalesce(brackets.to_period, numbers.period_number) as to_period
    from definitions
    inner join numbers on definitions.periods >= numbers.period_number
    left join brackets
        on
            definitions.definition_code = brackets.definition_code
            and numbers.period_number = brackets.bracket_number
    where definitions.kind != 'bracket' or brackets.definition_code is not null
),

cells as (
    select
        lives.definition_code,
        lives.cohort_date,
        lives.cohort_hour,
        lives.dimension,
        lives.member,
        asked.period_number,
        asked.to_period,
        sum(lives.users) as cohort_users,
        sum(case
            when lives.complete_periods > asked.to_period then lives.users
        end) as mature_users
    from lives
    inner join asked on lives.definition_code = asked.definition_code
    group by
        lives.definition_code,
        lives.cohort_date,
        lives.cohort_hour,
        lives.dimension,
        lives.member,
        asked.period_number,
        asked.from_period,
        asked.to_period
    having max(lives.begun_periods) > asked.from_period
),

final as (
    select
        cells.definition_code,
        cells.cohort_date,
        cells.cohort_hour,
        cells.dimension,
        cells.member,
        cells.period_number,
        cast(cells.cohort_users as bigint) as cohort_users,
        cast(coalesce(cells.mature_users, 0) as bigint) as mature_users,
        cast(coalesce(sum(counts.users), 0) as bigint) as retained_users,
        cast(coalesce(sum(
            case
                when counts.complete_periods > cells.to_period then counts.users
            end
        ), 0) as bigint) as mature_retained_users
    from cells
    left join counts
        on
            cells.definition_code = counts.definition_code
            and cells.cohort_date = counts.cohort_date
            and cells.cohort_hour = counts.cohort_hour
            and cells.dimension = counts.dimension
            and cells.member = counts.member
            and cells.period_number between counts.from_number and counts.to_number
    group by
        cells.definition_code,
        cells.cohort_date,
        cells.cohort_hour,
        cells.dimension,
        cells.member,
        cells.period_number,
        cells.cohort_users,
        cells.mature_users
)

select * from final
