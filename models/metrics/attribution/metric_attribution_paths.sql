with journeys as (
    select * from {{ ref('metric_journeys') }}
),

conversions as (
    select * from {{ ref('metric_conversions') }}
),

definitions as (
    select * from {{ ref('stg_strata__attribution_definitions') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

-- A journey without a conversion counts once none can follow any more.
told as (
    select
        journeys.*,
        conversions.value,
        {{ strata__add_days(
            strata__business_date('journeys.last_touched_at'),
            'definitions.lookback_days'
        ) }} <= clock.as_of_date as is_over
    from journeys
    inner join definitions on journeys.definition_code = definitions.definition_code
    cross join clock
    left join conversions
        on
            journeys.is_converted
            and journeys.definition_code = conversions.definition_code
            and journeys.journey_key = conversions.conversion_key
),

final as (
    select
        told.definition_code,
        told.path,
        count(*) filter (where told.is_converted) as conversions,
        cast(coalesce(sum(told.value), 0) as decimal(18, 2)) as value,
        count(*) filter (where not told.is_converted) as nulls
    from told
    where told.is_converted or told.is_over
    group by told.definition_code, told.path
)

select * from final
