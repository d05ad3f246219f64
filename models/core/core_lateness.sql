with delays as (
    select * from {{ ref('core_arrival_delays') }}
),

delay_bands as (
    select * from {{ ref('stg_strata__delay_bands') }}
),

bands as (
    select
        delay_bands.delay_band,
        lag(delay_bands.below_seconds) over (
            order by delay_bands.below_seconds nulls last
        ) as from_seconds,
        delay_bands.below_seconds
    from delay_bands
),

counted as (
    select
        delays.source_table,
        delays.arrived_date,
        bands.delay_band,
        bands.below_seconds,
        cast(sum(delays.row_count) as bigint) as row_count
    from delays
    inner join bands
        on
            (bands.from_seconds is null or delays.delay_seconds >= bands.from_seconds)
            and (
                bands.below_seconds is null
                or delays.delay_seconds < bands.below_seconds
            )
    group by
        delays.source_table,
        delays.arrived_date,
        bands.delay_band,
        bands.below_seconds
),

running as (
    select
        counted.*,
        sum(counted.row_count) over (
            partition by counted.source_table, counted.arrived_date
            order by counted.below_seconds nulls last
        ) as rows_so_far,
        cast(sum(counted.row_count) over (
            partition by counted.source_table, counted.arrived_date
        ) as double) as rows_in_all
    from counted
),

final as (
    select
        running.source_table,
        running.arrived_date,
        running.delay_band,
        running.below_seconds,
        running.row_count,
        running.row_count / running.rows_in_all as row_rate,
        running.rows_so_far / running.rows_in_all as arrived_rate
    from running
)

select * from final
