with starts as (
    select * from {{ ref('metric_retention_starts') }}
),

occurrences as (
    select * from {{ ref('metric_user_occurrences') }}
),

counted_days as (
    select * from {{ ref('metric_touched_returns') }}
),

-- Several days of a period are one return.
periods as (
    select
        counted_days.definition_code,
        counted_days.return_date,
        occurrences.user_key,
        max(occurrences.event_date) as last_date
    from occurrences
    inner join counted_days
        on
            occurrences.event_date = counted_days.event_date
            and occurrences.event_code = counted_days.return_code
    group by
        counted_days.definition_code,
        counted_days.return_date,
        occurrences.user_key
),

final as (
    select
        starts.definition_code,
        starts.cohort_date,
        periods.return_date,
        count(*) as returned_users
    from periods
    inner join starts
        on
            periods.definition_code = starts.definition_code
            and periods.user_key = starts.user_key
            and periods.return_date >= starts.cohort_date
            and periods.last_date >= starts.started_date
    group by starts.definition_code, starts.cohort_date, periods.return_date
)

select * from final
