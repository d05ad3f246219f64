with attempts as (
    select * from {{ ref('metric_funnel_users') }}
),

lengths as (
    select * from {{ ref('metric_funnel_lengths') }}
),

breakdowns as (
    select * from {{ ref('metric_funnel_breakdowns') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

-- Every attempt counts among all, and once more under its value.
scoped as (
    select
        attempts.*,
        'all' as shown_breakdown
    from attempts
    union all
    select
        attempts.*,
        breakdowns.shown_breakdown
    from attempts
    inner join breakdowns
        on
            attempts.funnel_code = breakdowns.funnel_code
            and attempts.breakdown = breakdowns.breakdown
    where breakdowns.shown_breakdown != 'all'
),

dated as (
    select
        scoped.*,
        lengths.step_count,
        lengths.order_mode = 'any' as is_any_order,
        periods.period_grain,
        case periods.period_grain
            when 'day' then scoped.entry_date
            when 'week' then {{ strata__week_of('scoped.entry_date') }}
            when 'month' then {{ strata__month_of('scoped.entry_date') }}
            else {{ strata__month_of('clock.first_date') }}
        end as period,
        greatest({{ strata__funnel_columns('scoped.step_#_at') }}) as last_at
    from scoped
    inner join lengths on scoped.funnel_code = lengths.funnel_code
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

ranked as (
    select
        dated.*,
        row_number() over (
            partition by
                dated.funnel_code,
                dated.period_grain,
                dated.period,
                dated.shown_breakdown,
                dated.unit_key,
                scopes.is_mature_only
            order by
                dated.tried_step desc,
                dated.is_dropped asc,
                dated.last_at asc,
                case when dated.is_any_order then dated.entered_at end asc,
                dated.entered_at desc,
                dated.chain_key asc
        ) as place,
        scopes.is_mature_only
    from dated
    inner join (
        select true as is_mature_only
        union all
        select false as is_mature_only
    ) as scopes
        on dated.is_mature or not scopes.is_mature_only
),

-- A unit whose best attempt is dropped counts nowhere.
final as (
    select
        ranked.funnel_code,
        ranked.period_grain,
        ranked.period,
        ranked.shown_breakdown as breakdown,
        ranked.is_mature_only,
        ranked.unit_key,
        ranked.channel,
        ranked.platform,
        ranked.tier,
        ranked.first_channel,
        ranked.landing_page,
        ranked.product_id,
        ranked.reached_step,
        ranked.step_count,
        {{ strata__funnel_columns('ranked.step_#_at') }}
    from ranked
    where ranked.place = 1 and not ranked.is_dropped
)

select * from final
