-- How late do the rows of each source arrive? The share within a day, and the seconds
-- by which half, 95 % and 99 % had arrived: wait that long before you trust a day.
-- A source that sends no loaded_at shows 0 seconds: nobody knows how late it is.
with delays as (
    select * from {{ ref('core_arrival_delays') }}
),

counted as (
    select
        delays.source_table,
        delays.delay_seconds,
        sum(delays.row_count) as row_count
    from delays
    group by delays.source_table, delays.delay_seconds
),

running as (
    select
        counted.*,
        sum(counted.row_count) over (
            partition by counted.source_table
            order by counted.delay_seconds
        ) as rows_so_far,
        sum(counted.row_count) over (
            partition by counted.source_table
        ) as rows_in_all
    from counted
),

final as (
    select
        running.source_table,
        cast(sum(running.row_count) as bigint) as row_count,
        sum(case when running.delay_seconds < 0 then running.row_count else 0 end)
        / cast(sum(running.row_count) as double) as early_rate,
        sum(case when running.delay_seconds < 86400 then running.row_count else 0 end)
        / cast(sum(running.row_count) as double) as within_a_day_rate,
        min(running.delay_seconds) filter (
            where running.rows_so_far >= 0.50 * running.rows_in_all
        ) as half_arrived_seconds,
        min(running.delay_seconds) filter (
            where running.rows_so_far >= 0.95 * running.rows_in_all
        ) as p95_arrived_seconds,
        min(running.delay_seconds) filter (
            where running.rows_so_far >= 0.99 * running.rows_in_all
        ) as p99_arrived_seconds,
        max(running.delay_seconds) as longest_seconds
    from running
    group by running.source_table
)

select * from final
order by final.source_table
