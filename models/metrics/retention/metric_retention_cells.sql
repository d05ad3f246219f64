with lives as (
    select * from {{ ref('metric_retention_lives') }}
),

counts as (
    select * from {{ ref('metric_retention_counts') }}
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

cells as (
    select
        lives.definition_code,
        lives.cohort_date,
        lives.dimension,
        lives.member,
        numbers.period_number,
        sum(lives.users) as cohort_users,
        sum(case
            when lives.complete_periods > numbers.period_number then lives.users
        end) as mature_users
    from lives
    inner join definitions on lives.definition_code = definitions.definition_code
    inner join numbers on definitions.periods >= numbers.period_number
    group by
        lives.definition_code,
        lives.cohort_date,
        lives.dimension,
        lives.member,
        numbers.period_number
    having max(lives.begun_periods) > numbers.period_number
),

final as (
    select
        cells.definition_code,
        cells.cohort_date,
        cells.dimension,
        cells.member,
        cells.period_number,
        cast(cells.cohort_users as bigint) as cohort_users,
        cast(coalesce(cells.mature_users, 0) as bigint) as mature_users,
        cast(coalesce(sum(counts.users), 0) as bigint) as retained_users,
        cast(coalesce(sum(
            case
                when counts.complete_periods > cells.period_number then counts.users
            end
        ), 0) as bigint) as mature_retained_users
    from cells
    left join counts
        on
            cells.definition_code = counts.definition_code
            and cells.cohort_date = counts.cohort_date
            and cells.dimension = counts.dimension
            and cells.member = counts.member
            and cells.period_number between counts.from_number and counts.to_number
    group by
        cells.definition_code,
        cells.cohort_date,
        cells.dimension,
        cells.member,
        cells.period_number,
        cells.cohort_users,
        cells.mature_users
)

select * from final
