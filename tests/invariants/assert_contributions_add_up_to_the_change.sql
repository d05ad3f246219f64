-- The members of each dimension make the change of the metric, and the effects of a
-- member make its contribution; a person, a cent, or what doubles cannot tell apart.
with drivers as (
    select * from {{ ref('metric_drivers') }}
),

changes as (
    select
        drivers.date,
        drivers.metric,
        drivers.comparison,
        drivers.contribution as change
    from drivers
    where drivers.dimension = 'all'
),

summed as (
    select
        drivers.date,
        drivers.metric,
        drivers.comparison,
        drivers.dimension,
        sum(drivers.contribution) as contribution,
        max(abs(
            drivers.mix_effect + drivers.rate_effect - drivers.contribution
        )) as effect_gap
    from drivers
    where drivers.is_additive
    group by drivers.date, drivers.metric, drivers.comparison, drivers.dimension
)

select
    summed.*,
    changes.change
from summed
left join changes
    on
        summed.date = changes.date
        and summed.metric = changes.metric
        and summed.comparison = changes.comparison
where
    coalesce(abs(summed.contribution - changes.change), 1)
    > 1e-9 * (1 + abs(coalesce(changes.change, 0)))
    or summed.effect_gap > 1e-9 * (1 + abs(coalesce(changes.change, 0)))
