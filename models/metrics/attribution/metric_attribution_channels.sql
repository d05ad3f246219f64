with credits as (
    select * from {{ ref('metric_touch_values') }}
),

removals as (
    select * from {{ ref('metric_attribution_removals') }}
),

ad_days as (
    select * from {{ ref('core_ad_days') }}
),

definitions as (
    select * from {{ ref('stg_strata__attribution_definitions') }}
),

models as (
    select * from {{ ref('stg_strata__attribution_models') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

days as (
    select
        credits.definition_code,
        credits.conversion_kind,
        credits.model_code,
        credits.channel,
        credits.converted_date as date,
        sum({{ strata__decimal('credits.credit', 28, 15) }}) as credited_conversions,
        sum(credits.value) as value,
        cast(0 as decimal(18, 2)) as spend
    from credits
    group by
        credits.definition_code,
        credits.conversion_kind,
        credits.model_code,
        credits.channel,
        credits.converted_date
    union all
    select
        definitions.definition_code,
        definitions.conversion_kind,
        models.model_code,
        ad_days.channel,
        ad_days.spend_date as date,
        0 as credited_conversions,
        0 as value,
        ad_days.spend
    from ad_days
    cross join definitions
    cross join models
),

scoped as (
    select
        days.*,
        'month' as period_grain,
        {{ strata__month_of('days.date') }} as period
    from days
    union all
    select
        days.*,
        'lifetime' as period_grain,
        {{ strata__month_of('clock.first_date') }} as period
    from days
    cross join clock
),

summed as (
    select
        scoped.period_grain,
        scoped.period,
        scoped.definition_code,
        scoped.conversion_kind,
        scoped.model_code,
        scoped.channel,
        cast(sum(scoped.credited_conversions) as double) as credited_conversions,
        cast(sum(scoped.value) as decimal(18, 2)) as value,
        cast(sum(scoped.spend) as decimal(18, 2)) as spend
    from scoped
    group by
        scoped.period_grain,
        scoped.period,
        scoped.definition_code,
        scoped.conversion_kind,
        scoped.model_code,
        scoped.channel
),

final as (
    select
        summed.period_grain,
        summed.period,
        summed.definition_code,
        summed.conversion_kind,
        summed.model_code,
        summed.channel,
        (
            summed.period_grain = 'month'
            and summed.period
            < {{ strata__month_of(strata__add_days('clock.as_of_date', 1)) }}
        ) as is_mature,
        summed.credited_conversions,
        summed.value,
        summed.spend,
        cast(summed.spend as double) / nullif(summed.credited_conversions, 0)
            as cost_per_conversion,
        removals.removal_effect,
        removals.removal_conversions
    from summed
    cross join clock
    left join removals
        on
            summed.period_grain = 'lifetime'
            and summed.definition_code = removals.definition_code
            and summed.model_code = removals.model_code
            and summed.channel = removals.channel
)

select * from final
