with bests as (
    select * from {{ ref('metric_funnel_bests') }}
),

numbers as (
    select distinct step_number
    from {{ ref('stg_strata__funnel_steps') }}
    where role = 'step'
),

stepped as (
    select
        bests.*,
        numbers.step_number,
        numbers.step_number <= bests.reached_step as is_reached,
        case
            when numbers.step_number > 1
                then greatest(
                    cast(0 as decimal(18, 6)),
                    cast({{ strata__seconds_between(
                        strata__funnel_time('bests', 'numbers.step_number - 1'),
                        strata__funnel_time('bests', 'numbers.step_number')
                    ) }} as decimal(18, 6))
                )
        end as seconds
    from bests
    inner join numbers on bests.step_count >= numbers.step_number
),

counted as (
    select
        stepped.funnel_code,
        stepped.period_grain,
        stepped.period as entry_date,
        coalesce(stepped.channel, 'all') as channel,
        coalesce(stepped.platform, 'all') as platform,
        coalesce(stepped.tier, 'all') as tier,
        coalesce(stepped.first_channel, 'all') as first_channel,
        stepped.breakdown,
        stepped.step_number,
        count(*) filter (where not stepped.is_mature_only and stepped.is_reached)
            as users,
        count(*) filter (where stepped.is_mature_only and stepped.is_reached)
            as mature_users,
        cast(
            percentile_cont(0.5) within group (
                order by
                    case
                        when stepped.is_mature_only and stepped.is_reached
                            then cast(stepped.seconds as double)
                    end
            ) as double
        ) as median_seconds_from_previous,
        cast(
            avg(
                case
                    when stepped.is_mature_only and stepped.is_reached
                        then stepped.seconds
                end
            ) as double
        ) as average_seconds_from_previous
    from stepped
    group by
        grouping sets (
            (
                stepped.funnel_code, stepped.period_grain, stepped.period,
                stepped.breakdown, stepped.step_number
            ),
            (
                stepped.funnel_code, stepped.period_grain, stepped.period,
                stepped.breakdown, stepped.step_number, stepped.channel
            ),
            (
                stepped.funnel_code, stepped.period_grain, stepped.period,
                stepped.breakdown, stepped.step_number, stepped.platform
            ),
            (
                stepped.funnel_code, stepped.period_grain, stepped.period,
                stepped.breakdown, stepped.step_number, stepped.tier
            ),
            (
                stepped.funnel_code, stepped.period_grain, stepped.period,
                stepped.breakdown, stepped.step_number, stepped.first_channel
            )
        )
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
