with bests as (
    select * from {{ ref('metric_funnel_bests') }}
),

lengths as (
    select * from {{ ref('metric_funnel_lengths') }}
),

splits as (
    select * from {{ ref('metric_funnel_splits') }}
),

numbers as (
    select distinct step_number
    from {{ ref('stg_strata__funnel_steps') }}
    where role = 'step'
),

cells as (
    select
        bests.funnel_code,
        bests.period_grain,
        bests.period,
        bests.channel,
        bests.platform,
        bests.tier,
        bests.first_channel,
        bests.breakdown,
        bests.reached_step,
        count(*) filter (where bests.is_best) as users,
        count(*) filter (where bests.is_mature_best) as mature_users
    from bests
    group by
        bests.funnel_code,
        bests.period_grain,
        bests.period,
        bests.channel,
        bests.platform,
        bests.tier,
        bests.first_channel,
        bests.breakdown,
        bests.reached_step
),

split as (
    select
        cells.funnel_code,
        cells.period_grain,
        cells.period as entry_date,
        case splits.split when 'channel' then cells.channel else 'all' end as channel,
        case splits.split when 'platform' then cells.platform else 'all' end
            as platform,
        case splits.split when 'tier' then cells.tier else 'all' end as tier,
        case splits.split when 'first_channel' then cells.first_channel else 'all' end
            as first_channel,
        cells.breakdown,
        cells.reached_step,
        cells.users,
        cells.mature_users
    from cells
    cross join splits
),

summed as (
    select
        split.funnel_code,
        split.period_grain,
        split.entry_date,
        split.channel,
        split.platform,
        split.tier,
        split.first_channel,
        split.breakdown,
        split.reached_step,
        sum(split.users) as users,
        sum(split.mature_users) as mature_users
    from split
    group by
        split.funnel_code,
        split.period_grain,
        split.entry_date,
        split.channel,
        split.platform,
        split.tier,
        split.first_channel,
        split.breakdown,
        split.reached_step
),

final as (
    select
        summed.funnel_code,
        summed.period_grain,
        summed.entry_date,
        summed.channel,
        summed.platform,
        summed.tier,
        summed.first_channel,
        summed.breakdown,
        numbers.step_number,
        cast(sum(case
            when summed.reached_step >= numbers.step_number then summed.users else 0
        end) as bigint) as users,
        cast(sum(case
            when summed.reached_step >= numbers.step_number then summed.mature_users
            else 0
        end) as bigint) as mature_users
    from summed
    inner join lengths on summed.funnel_code = lengths.funnel_code
    inner join numbers on lengths.step_count >= numbers.step_number
    group by
        summed.funnel_code,
        summed.period_grain,
        summed.entry_date,
        summed.channel,
        summed.platform,
        summed.tier,
        summed.first_channel,
        summed.breakdown,
        numbers.step_number
)

select * from final
