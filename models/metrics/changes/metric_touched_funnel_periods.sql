with days as (
    select * from {{ ref('metric_funnel_days') }}
),

settled as (
    select settled.* from {{ strata__settled('metric_funnel_days') }} as settled
),

-- The lifetime has the name of its first month, which may move.
clocks as (
    select clock.first_date
    from {{ ref('core_clock') }} as clock
    union
    select clock.first_date
    from {{ strata__settled('core_clock') }} as clock
),

funnels as (
    select days.funnel_code
    from days
    union
    select settled.funnel_code
    from settled
),

changed as (
    select
        coalesce(days.funnel_code, settled.funnel_code) as funnel_code,
        coalesce(days.entry_date, settled.entry_date) as entry_date
    from days
    full outer join settled
        on
            days.funnel_code = settled.funnel_code
            and days.entry_date = settled.entry_date
    where days.row_fingerprint is distinct from settled.row_fingerprint
),

-- What a build touched that did not settle; emptied when one does.
earlier as (
    select * from {{ strata__previous('metric_touched_funnel_periods') }}
),

final as (
    select
        changed.funnel_code,
        grains.period_grain,
        case grains.period_grain
            when 'day' then changed.entry_date
            when 'week' then {{ strata__week_of('changed.entry_date') }}
            else {{ strata__month_of('changed.entry_date') }}
        end as period
    from changed
    cross join (
        select 'day' as period_grain
        union all
        select 'week' as period_grain
        union all
        select 'month' as period_grain
    ) as grains
    union
    select
        funnels.funnel_code,
        'lifetime' as period_grain,
        {{ strata__month_of('clocks.first_date') }} as period
    from funnels
    cross join clocks
    union
    select
        earlier.funnel_code,
        earlier.period_grain,
        earlier.period
    from earlier
)

select * from final
