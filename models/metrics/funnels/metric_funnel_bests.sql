-- Tables are named where they are used: what is imported twice would be kept whole.
with breakdowns as (
    select * from {{ ref('metric_funnel_breakdowns') }}
),

clock as (
    select * from {{ ref('core_clock') }}
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

preferred as (
    select
        dated.funnel_code,
        dated.period_grain,
        dated.period,
        dated.breakdown,
        dated.unit_key,
        min(dated.preference) as preference,
        min(case when dated.is_mature then dated.preference end) as mature_preference
    from {{ strata__touched(
        'dated',
        ref('metric_touched_funnel_periods'),
        ['funnel_code', 'period_grain', 'period'],
        'metric_funnel_steps'
    ) }} as dated
    group by
        dated.funnel_code,
        dated.period_grain,
        dated.period,
        dated.breakdown,
        dated.unit_key
),

-- Mostly the best attempt is the best mature one, too.
chosen as (
    select
        preferred.funnel_code,
        preferred.period_grain,
        preferred.period,
        preferred.breakdown,
        preferred.unit_key,
        case
            when scopes.is_best then preferred.preference
            else preferred.mature_preference
        end as preference,
        scopes.is_best,
        coalesce(
            not scopes.is_best or preferred.preference = preferred.mature_preference,
            false
        ) as is_mature_best
    from preferred
    inner join (
        select true as is_best
        union all
        select false as is_best
    ) as scopes
        on
            scopes.is_best
            or preferred.preference != preferred.mature_preference
),

-- A unit whose best attempt is dropped counts nowhere.
final as (
    select
        chosen.funnel_code,
        chosen.period_grain,
        chosen.period,
        chosen.breakdown,
        chosen.unit_key,
        chosen.is_best,
        chosen.is_mature_best,
        attempts.channel,
        attempts.platform,
        attempts.tier,
        attempts.first_channel,
        attempts.landing_page,
        attempts.product_id,
        attempts.reached_step,
        {{ strata__funnel_columns('attempts.step_#_at') }}
    from chosen
    inner join {{ ref('metric_funnel_users') }} as attempts
        on
            chosen.funnel_code = attempts.funnel_code
            and chosen.unit_key = attempts.unit_key
            and chosen.preference = attempts.preference
    where not attempts.is_dropped
)

select * from final
