with periods as (
    select * from {{ ref('metric_funnel_periods') }}
),

preferred as (
    select
        periods.funnel_code,
        periods.period_grain,
        periods.period,
        periods.breakdown,
        periods.unit_key,
        min(periods.preference) as preference,
        min(case when periods.is_mature then periods.preference end)
            as mature_preference
    from periods
    group by
        periods.funnel_code,
        periods.period_grain,
        periods.period,
        periods.breakdown,
        periods.unit_key
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
