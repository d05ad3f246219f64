with changes as (
    select * from {{ ref('metric_driver_changes') }}
),

active as (
    select
        changes.comparison,
        changes.date,
        changes.dimension,
        changes.member,
        changes.before_buyers,
        changes.before_dau,
        changes.after_buyers,
        changes.after_dau,
        cast(changes.before_buyers as double) / nullif(changes.before_dau, 0)
            as before_rate,
        cast(changes.after_buyers as double) / nullif(changes.after_dau, 0)
            as after_rate,
        sum(changes.before_buyers) over (
            partition by changes.comparison, changes.date, changes.dimension
        ) as all_before_buyers,
        sum(changes.before_dau) over (
            partition by changes.comparison, changes.date, changes.dimension
        ) as all_before_dau,
        sum(changes.after_buyers) over (
            partition by changes.comparison, changes.date, changes.dimension
        ) as all_after_buyers,
        sum(changes.after_dau) over (
            partition by changes.comparison, changes.date, changes.dimension
        ) as all_after_dau
    from changes
    where changes.before_dau + changes.after_dau > 0
),

-- A member that is absent on one side is taken to have its rate of the other side, so
-- that its coming or going is a change of the mix alone.
weighed as (
    select
        active.*,
        active.before_dau / cast(active.all_before_dau as double) as before_share,
        active.after_dau / cast(active.all_after_dau as double) as after_share,
        coalesce(active.before_rate, active.after_rate) as rate_before,
        coalesce(active.after_rate, active.before_rate) as rate_after,
        (
            active.all_before_buyers / cast(active.all_before_dau as double)
            + active.all_after_buyers / cast(active.all_after_dau as double)
        ) / 2 as mean_rate
    from active
    where active.all_before_dau > 0 and active.all_after_dau > 0
),

effects as (
    select
        weighed.*,
        (weighed.after_share - weighed.before_share)
        * ((weighed.rate_before + weighed.rate_after) / 2 - weighed.mean_rate)
            as mix_effect,
        (weighed.rate_after - weighed.rate_before)
        * (weighed.before_share + weighed.after_share) / 2 as rate_effect
    from weighed
),

final as (
    select
        effects.date,
        'conversion' as metric,
        effects.comparison,
        effects.dimension,
        effects.member,
        effects.before_rate as before,
        effects.after_rate as after,
        effects.mix_effect + effects.rate_effect as contribution,
        effects.mix_effect,
        effects.rate_effect,
        effects.before_buyers as before_numerator,
        effects.before_dau as before_denominator,
        effects.after_buyers as after_numerator,
        effects.after_dau as after_denominator
    from effects
)

select * from final
