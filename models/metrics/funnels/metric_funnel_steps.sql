with bests as (
    select * from {{ ref('metric_funnel_bests') }}
),

numbers as (
    select distinct step_number
    from {{ ref('stg_strata__funnel_steps') }}
    where role = 'step'
),

splits as (
    select 'none' as split
    union all
    select 'channel' as split
    union all
    select 'platform' as split
    union all
    select 'tier' as split
    union all
    select 'first_channel' as split
),

stepped as (
    select
        bests.funnel_code,
        bests.period_grain,
        bests.period as entry_date,
        case splits.split when 'channel' then bests.channel else 'all' end as channel,
        case splits.split when 'platform' then bests.platform else 'all' end
            as platform,
        case splits.split when 'tier' then bests.tier else 'all' end as tier,
        case splits.split when 'first_channel' then bests.first_channel else 'all' end
            as first_channel,
        bests.breakdown,
        numbers.step_number,
        bests.is_mature_only,
        bests.reached_step >= numbers.step_number as is_reached,
        {{ strata__seconds_between(
            strata__funnel_time('bests', 'numbers.step_number - 1'),
            strata__funnel_time('bests', 'numbers.step_number')
        ) }} as seconds
    from bests
    inner join numbers on bests.step_count >= numbers.step_number
    cross join splits
),

-- Only mature times count; a step by its grace before the one before is at once.
timed as (
    select
        stepped.*,
        case
            when
                stepped.is_mature_only
                and stepped.is_reached
                and stepped.step_number > 1
                then cast(greatest(stepped.seconds, 0) as decimal(18, 6))
        end as mature_seconds
    from stepped
),

counted as (
    select
        timed.funnel_code,
        timed.period_grain,
        timed.entry_date,
        timed.channel,
        timed.platform,
        timed.tier,
        timed.first_channel,
        timed.breakdown,
        timed.step_number,
        count(*) filter (where not timed.is_mature_only and timed.is_reached)
            as users,
        count(*) filter (where timed.is_mature_only and timed.is_reached)
            as mature_users,
        cast(
            percentile_cont(0.5) within group (
                order by cast(timed.mature_seconds as double)
            ) as double
        ) as median_seconds_from_previous,
        cast(avg(timed.mature_seconds) as double) as average_seconds_from_previous
    from timed
    group by
        timed.funnel_code,
        timed.period_grain,
        timed.entry_date,
        timed.channel,
        timed.platform,
        timed.tier,
        timed.first_channel,
        timed.breakdown,
        timed.step_number
),

compared as (
    select
        counted.*,
        first_value(counted.mature_users) over chain as mature_entered_users,
        lag(counted.mature_users) over chain as mature_previous_users
    from counted
    window chain as (
        partition by
            counted.funnel_code,
            counted.period_grain,
            counted.entry_date,
            counted.channel,
            counted.platform,
            counted.tier,
            counted.first_channel,
            counted.breakdown
        order by counted.step_number
    )
),

final as (
    select
        compared.funnel_code,
        compared.period_grain,
        compared.entry_date,
        compared.channel,
        compared.platform,
        compared.tier,
        compared.first_channel,
        compared.breakdown,
        compared.step_number,
        compared.users,
        compared.mature_users,
        compared.mature_entered_users,
        compared.mature_previous_users,
        cast(compared.mature_users as double)
        / nullif(compared.mature_entered_users, 0) as rate_from_start,
        cast(compared.mature_users as double)
        / nullif(compared.mature_previous_users, 0) as rate_from_previous,
        compared.median_seconds_from_previous,
        compared.average_seconds_from_previous
    from compared
)

select * from final
