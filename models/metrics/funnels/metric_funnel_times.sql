with bests as (
    select *
    from {{ ref('metric_funnel_bests') }}
    where
        period_grain = 'lifetime'
        and breakdown = 'all'
        and is_mature_best
),

numbers as (
    select distinct step_number
    from {{ ref('stg_strata__funnel_steps') }}
    where role = 'step'
),

funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

-- Whole seconds between two steps of those who did both; a step by its grace before the
-- other is at once.
timed as (
    select
        bests.funnel_code,
        before.step_number as from_step,
        numbers.step_number as to_step,
        cast(floor(greatest({{ strata__seconds_between(
            strata__funnel_time('bests', 'before.step_number'),
            strata__funnel_time('bests', 'numbers.step_number')
        ) }}, 0)) as bigint) as seconds
    from bests
    inner join numbers on bests.reached_step >= numbers.step_number
    inner join numbers as before on numbers.step_number > before.step_number
),

counted as (
    select
        timed.funnel_code,
        timed.from_step,
        timed.to_step,
        count(*) as users,
        min(timed.seconds) as least_seconds,
        max(timed.seconds) as most_seconds,
        cast(sum(timed.seconds) as double) / count(*) as average_seconds,
        max(funnels.time_bins) as asked_bins,
        cast(round(cbrt(count(*))) as bigint) as root
    from timed
    inner join funnels on timed.funnel_code = funnels.funnel_code
    group by timed.funnel_code, timed.from_step, timed.to_step
),

-- The least whole number whose cube is no less than the users: of a cube its very root,
-- which an engine may put a little too high.
rooted as (
    select
        counted.*,
        coalesce(counted.asked_bins, least(60, case
            when counted.root * counted.root * counted.root < counted.users
                then counted.root + 1
            else counted.root
        end)) as bins
    from counted
),

sized as (
    select
        rooted.*,
        case
            when rooted.most_seconds = rooted.least_seconds then 60
            else
                cast(ceil(
                    cast(rooted.most_seconds - rooted.least_seconds as double)
                    / rooted.bins
                ) as bigint)
        end as bin_seconds
    from rooted
),

-- One bin more than asked for: it holds the greatest time where that is an edge.
bins as (
    select
        sized.*,
        series.number as bin_number,
        sized.least_seconds + series.number * sized.bin_seconds as bin_start_seconds
    from sized
    inner join {{ strata__series(101) }} as series on sized.bins >= series.number
),

final as (
    select
        bins.funnel_code,
        bins.from_step,
        bins.to_step,
        bins.bin_number,
        bins.bin_start_seconds,
        bins.bin_seconds,
        count(timed.seconds) as users,
        bins.users as all_users,
        bins.average_seconds
    from bins
    left join timed
        on
            bins.funnel_code = timed.funnel_code
            and bins.from_step = timed.from_step
            and bins.to_step = timed.to_step
            and bins.bin_start_seconds <= timed.seconds
            and bins.bin_start_seconds + bins.bin_seconds > timed.seconds
    group by
        bins.funnel_code,
        bins.from_step,
        bins.to_step,
        bins.bin_number,
        bins.bin_start_seconds,
        bins.bin_seconds,
        bins.users,
        bins.average_seconds
)

select * from final
