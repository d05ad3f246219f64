with chains as (
    select * from {{ ref('metric_attribution_chains') }}
),

paths as (
    select * from {{ ref('metric_attribution_paths') }}
),

solved as (
    select * from {{ strata__absorption(
        'chains', ['definition_code', 'model_code', 'removed_channel']
    ) }}
),

totals as (
    select
        paths.definition_code,
        cast(sum(paths.conversions) as bigint) as conversions
    from paths
    group by paths.definition_code
),

-- Rounding may leave a hair below zero where a channel takes nothing away.
effects as (
    select
        parts.definition_code,
        parts.model_code,
        parts.removed_channel as channel,
        wholes.rate as conversion_rate,
        parts.rate as removed_rate,
        greatest(1 - parts.rate / nullif(wholes.rate, 0), 0) as removal_effect
    from solved as parts
    inner join solved as wholes
        on
            parts.definition_code = wholes.definition_code
            and parts.model_code = wholes.model_code
            and wholes.removed_channel = '(none)'
    where parts.removed_channel != '(none)'
),

-- Decimals add up alike in whatever order.
summed as (
    select
        effects.*,
        cast(sum({{ strata__decimal('effects.removal_effect', 38, 30) }}) over (
            partition by effects.definition_code, effects.model_code
        ) as double) as all_effects
    from effects
),

final as (
    select
        summed.definition_code,
        summed.model_code,
        summed.channel,
        summed.conversion_rate,
        summed.removed_rate,
        case when summed.conversion_rate > 0 then summed.removal_effect end
            as removal_effect,
        case
            when summed.conversion_rate > 0
                then summed.removal_effect / summed.all_effects
        end as removal_share,
        case
            when summed.conversion_rate > 0
                then summed.removal_effect / summed.all_effects * totals.conversions
            else 0
        end as removal_conversions
    from summed
    inner join totals on summed.definition_code = totals.definition_code
)

select * from final
