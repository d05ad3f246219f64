-- Tables are named where they are used: what is imported twice would be kept whole.
with breakdowns as (
    select * from {{ ref('metric_funnel_breakdowns') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

-- A lifetime is asked for by others, too, whatever this build touches.
counted as (
    select
        touched.funnel_code,
        touched.period_grain,
        touched.period
    from {{ ref('metric_touched_funnel_periods') }} as touched
    union
    select
        breakdowns.funnel_code,
        'lifetime' as period_grain,
        {{ strata__month_of('clock.first_date') }} as period
    from breakdowns
    cross join clock
),

-- Every attempt counts among all, and once more under its value.
scoped as (
    select
        attempts.funnel_code,
        attempts.unit_key,
        attempts.entry_date,
        attempts.window_end_date,
        attempts.preference,
        'all' as breakdown
    from {{ ref('metric_funnel_attempts') }} as attempts
    union all
    select
        attempts.funnel_code,
        attempts.unit_key,
        attempts.entry_date,
        attempts.window_end_date,
        attempts.preference,
        breakdowns.shown_breakdown as breakdown
    from {{ ref('metric_funnel_attempts') }} as attempts
    inner join breakdowns
        on
            attempts.funnel_code = breakdowns.funnel_code
            and attempts.breakdown = breakdowns.breakdown
    where breakdowns.shown_breakdown != 'all'
),

dated as (
    select
        scoped.*,
        scoped.window_end_date <= clock.as_of_date as is_mature,
        periods.period_grain,
        case periods.period_grain
            when 'day' then scoped.entry_date
            when 'week' then {{ strata__week_of('scoped.entry_date') }}
            when 'month' then {{ strata__month_of('scoped.entry_date') }}
            else {{ strata__month_of('clock.first_date') }}
        end as period
    from scoped
    cross join clock
    cross join (
        select 'day' as period_grain
        union all
        select 'week' as period_grain
        union all
        select 'month' as period_grain
        union all
        select 'lifetime' as period_grain
    ) as periods
),

final as (
    select
        dated.funnel_code,
        dated.period_grain,
        dated.period,
        dated.breakdown,
        dated.unit_key,
        dated.preference,
        dated.is_mature
    from {{ strata__touched(
        'dated', 'counted', ['funnel_code', 'period_grain', 'period'], 'metric_funnel_steps'
    ) }} as dated
)

select * from final
