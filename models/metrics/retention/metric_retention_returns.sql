with starts as (
    select * from {{ ref('metric_retention_starts') }}
),

user_event_days as (
    select * from {{ ref('metric_user_event_days') }}
),

counted_days as (
    select * from {{ ref('metric_touched_returns') }}
),

-- Several days of a period are one return.
periods as (
    select
        counted_days.definition_code,
        counted_days.return_date,
        user_event_days.user_key,
        max(user_event_days.event_date) as last_date
    from user_event_days
    inner join counted_days
        on
            user_event_days.event_date = counted_days.event_date
            and user_event_days.event_name = counted_days.return_event
    group by
        counted_days.definition_code,
        counted_days.return_date,
        user_event_days.user_key
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
