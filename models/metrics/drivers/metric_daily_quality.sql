with deliveries as (
    select * from {{ ref('core_deliveries') }}
),

delays as (
    select * from {{ ref('core_arrival_delays') }}
),

late as (
    select * from {{ ref('metric_late_rates') }}
),

session_days as (
    select * from {{ ref('core_session_days') }}
),

-- Rows count on the day on which they happened; those of a source without such a time
-- on the day on which they arrived.
sent as (
    select
        delays.source_table,
        delays.happened_date as date,
        sum(delays.row_count) as row_count
    from delays
    group by delays.source_table, delays.happened_date
    union all
    select
        deliveries.source_table,
        deliveries.arrived_date as date,
        deliveries.row_count
    from deliveries
    where deliveries.source_table not in (select delays.source_table from delays)
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
        sent.date,
        'missing_source' as measure_code,
        sent.source_table,
        sent.source_table as member,
        cast(sent.row_count as double) as amount,
        cast(null as double) as base
    from sent
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
