with delays as (
    select * from {{ ref('core_arrival_delays') }}
),

days as (
    select days.day
    from {{ strata__days(ref('core_clock'), 'first_date', 'as_of_date') }} as days
),

-- What happened before anything of its source arrived could not have come sooner.
sources as (
    select
        delays.source_table,
        min(delays.arrived_date) as first_arrived_date
    from delays
    group by delays.source_table
),

whole_days as (
    select
        delays.source_table,
        cast(floor(delays.delay_seconds / 86400.0) as bigint) as delay_days,
        sum(delays.row_count) as row_count,
        sum(
            delays.row_count
            * (
                delays.delay_seconds
                - 86400 * cast(floor(delays.delay_seconds / 86400.0) as bigint)
            )
        ) as row_seconds
    from delays
    inner join sources on delays.source_table = sources.source_table
    where delays.happened_date >= sources.first_arrived_date
    group by
        delays.source_table, cast(floor(delays.delay_seconds / 86400.0) as bigint)
),

totals as (
    select
        whole_days.source_table,
        sum(whole_days.row_count) as row_count
    from whole_days
    group by whole_days.source_table
),

ages as (
    select
        days.day,
        {{ strata__days_between('days.day', 'known.known_date') }} as age_days
    from days
    cross join (
        select max(delays.arrived_date) as known_date from delays
    ) as known
),

-- A row may have happened at any time of its day: with a delay of as many whole days
-- as the day is old, the rest of the delay is the chance that it is still to come.
final as (
    select
        ages.day as date,
        totals.source_table,
        cast(
            sum(
                case
                    when whole_days.delay_days > ages.age_days
                        then 86400 * whole_days.row_count
                    when whole_days.delay_days = ages.age_days
                        then whole_days.row_seconds
                    else 0
                end
            ) as double
        ) / (86400 * max(totals.row_count)) as late_rate
    from ages
    cross join totals
    inner join whole_days on totals.source_table = whole_days.source_table
    group by ages.day, totals.source_table
)

select * from final
