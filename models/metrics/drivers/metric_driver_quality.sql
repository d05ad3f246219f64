with quality as (
    select * from {{ ref('metric_daily_quality') }}
),

windows as (
    select * from {{ ref('metric_driver_windows') }}
),

measures as (
    select * from {{ ref('stg_strata__driver_quality') }}
),

sources as (
    select * from {{ ref('stg_strata__driver_sources') }}
),

-- A day of both sides counts on both.
sides as (
    select
        windows.comparison,
        windows.date as on_date,
        true as is_after,
        quality.*
    from windows
    inner join quality
        on quality.date between windows.after_from_date and windows.after_to_date
    union all
    select
        windows.comparison,
        windows.date as on_date,
        false as is_after,
        quality.*
    from windows
    inner join quality
        on quality.date between windows.before_from_date and windows.before_to_date
),

-- Decimals add up alike in whatever order.
counted as (
    select
        sides.comparison,
        sides.on_date,
        sides.measure_code,
        sides.source_table,
        sides.member,
        sides.is_after,
        {{ strata__decimal('sides.amount', 38, 15) }} as amount,
        {{ strata__decimal('sides.base', 38, 15) }} as base
    from sides
),

summed as (
    select
        counted.comparison,
        counted.on_date as date,
        counted.measure_code,
        counted.source_table,
        counted.member,
        cast(sum(case when not counted.is_after then counted.amount end) as double)
            as before_amount,
        cast(sum(case when not counted.is_after then counted.base end) as double)
            as before_base,
        cast(sum(case when counted.is_after then counted.amount end) as double)
            as after_amount,
        cast(sum(case when counted.is_after then counted.base end) as double)
            as after_base
    from counted
    group by
        counted.comparison,
        counted.on_date,
        counted.measure_code,
        counted.source_table,
        counted.member
),

-- Rates of rows, but of what is missing the rows themselves.
judged as (
    select
        summed.*,
        measures.severity,
        measures.threshold,
        summed.measure_code in ('missing_source', 'missing_platform') as is_missing,
        case
            when summed.measure_code in ('missing_source', 'missing_platform')
                then coalesce(summed.before_amount, 0)
            else summed.before_amount / nullif(summed.before_base, 0)
        end as before,
        case
            when summed.measure_code in ('missing_source', 'missing_platform')
                then coalesce(summed.after_amount, 0)
            else summed.after_amount / nullif(summed.after_base, 0)
        end as after
    from summed
    inner join measures on summed.measure_code = measures.measure_code
),

final as (
    select
        judged.date,
        sources.metric_code as metric,
        judged.comparison,
        judged.measure_code || ' ' || judged.member as member,
        judged.severity,
        judged.before,
        judged.after
    from judged
    inner join sources on judged.source_table = sources.source_table
    where
        case
            when judged.is_missing
                then judged.before >= judged.threshold and judged.after = 0
            else judged.after >= judged.threshold
        end
)

select * from final
