with bests as (
    select *
    from {{ ref('metric_funnel_bests') }}
    where is_mature_best
),

splits as (
    select * from {{ ref('metric_funnel_splits') }}
),

numbers as (
    select distinct step_number
    from {{ ref('stg_strata__funnel_steps') }}
    where role = 'step' and step_number > 1
),

-- Only mature times count; a step by its grace before the one before is at once.
timed as (
    select
        bests.*,
        numbers.step_number,
        cast(greatest({{ strata__seconds_between(
            strata__funnel_time('bests', 'numbers.step_number - 1'),
            strata__funnel_time('bests', 'numbers.step_number')
        ) }}, 0) as decimal(18, 6)) as seconds
    from bests
    inner join numbers on bests.reached_step >= numbers.step_number
),

stepped as (
    select
        timed.funnel_code,
        timed.period_grain,
        timed.period as entry_date,
        case splits.split when 'channel' then timed.channel else 'all' end as channel,
        case splits.split when 'platform' then timed.platform else 'all' end
            as platform,
        case splits.split when 'tier' then timed.tier else 'all' end as tier,
        case splits.split when 'first_channel' then timed.first_channel else 'all' end
            as first_channel,
        timed.breakdown,
        timed.step_number,
        timed.seconds
    from timed
    cross join splits
),

final as (
    select
        stepped.funnel_code,
        stepped.period_grain,
        stepped.entry_date,
        stepped.channel,
        stepped.platform,
        stepped.tier,
        stepped.first_channel,
        stepped.breakdown,
        stepped.step_number,
        cast(
            percentile_cont(0.5) within group (
                order by cast(stepped.seconds as double)
            ) as double
        ) as median_seconds,
        cast(avg(stepped.seconds) as double) as average_seconds
    from stepped
    group by
        stepped.funnel_code,
        stepped.period_grain,
        stepped.entry_date,
        stepped.channel,
        stepped.platform,
        stepped.tier,
        stepped.first_channel,
        stepped.breakdown,
        stepped.step_number
)

select * from final
