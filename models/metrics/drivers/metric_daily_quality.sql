with deliveries as (
    select * from {{ ref('core_deliveries') }}
),

delays as (
    select * from {{ ref('core_arrival_delays') }}
),

session_days as (
    select * from {{ ref('core_session_days') }}
),

days as (
    select days.day
    from {{ strata__days(ref('core_clock'), 'first_date', 'as_of_date') }} as days
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
late as (
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
),

final as (
    select
        late.date,
        'late' as measure_code,
        late.source_table,
        late.source_table as member,
        late.late_rate as amount,
        cast(1 as double) as base
    from late
    union all
    select
        deliveries.arrived_date as date,
        'missing_source' as measure_code,
        deliveries.source_table,
        deliveries.source_table as member,
        cast(deliveries.row_count as double) as amount,
        cast(null as double) as base
    from deliveries
    union all
    select
        deliveries.arrived_date as date,
        'rejects' as measure_code,
        deliveries.source_table,
        deliveries.source_table as member,
        cast(deliveries.rejected_count as double) as amount,
        cast(deliveries.row_count as double) as base
    from deliveries
    union all
    select
        deliveries.arrived_date as date,
        'duplicates' as measure_code,
        deliveries.source_table,
        deliveries.source_table as member,
        cast(deliveries.duplicate_count as double) as amount,
        cast(deliveries.row_count as double) as base
    from deliveries
    union all
    select
        session_days.activity_date as date,
        'missing_platform' as measure_code,
        'events' as source_table,
        session_days.platform as member,
        cast(sum(session_days.event_count) as double) as amount,
        cast(null as double) as base
    from session_days
    group by session_days.activity_date, session_days.platform
)

select * from final
