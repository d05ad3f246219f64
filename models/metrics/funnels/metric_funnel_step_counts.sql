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

stepped as (
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
        numbers.step_number,
        case when cells.reached_step >= numbers.step_number then cells.users else 0 end
            as users,
        case
            when cells.reached_step >= numbers.step_number then cells.mature_users
            else 0
        end as mature_users
    from cells
    inner join lengths on cells.funnel_code = lengths.funnel_code
    inner join numbers on lengths.step_count >= numbers.step_number
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
        cast(sum(stepped.users) as bigint) as users,
        cast(sum(stepped.mature_users) as bigint) as mature_users
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
