-- The rows of a source and day are the same by delay and by band: no delay falls
-- between two bands, beyond the last one, or into two.
with delays as (
    select
        delays.source_table,
        delays.arrived_date,
        sum(delays.row_count) as row_count
    from {{ ref('core_arrival_delays') }} as delays
    group by delays.source_table, delays.arrived_date
),

lateness as (
    select
        lateness.source_table,
        lateness.arrived_date,
        sum(lateness.row_count) as row_count
    from {{ ref('core_lateness') }} as lateness
    group by lateness.source_table, lateness.arrived_date
)

select
    coalesce(delays.source_table, lateness.source_table) as source_table,
    coalesce(delays.arrived_date, lateness.arrived_date) as arrived_date,
    delays.row_count as rows_by_delay,
    lateness.row_count as rows_by_band
from delays
full outer join lateness
    on
        delays.source_table = lateness.source_table
        and delays.arrived_date = lateness.arrived_date
where coalesce(delays.row_count, 0) != coalesce(lateness.row_count, 0)
