-- By every model the credits of a conversion add up to 1 and the shares of its value to
-- it, to the cent; every conversion is there, with or without a touch.
with told as (
    select
        attribution.definition_code,
        attribution.conversion_key,
        attribution.model_code,
        sum(attribution.credit) as credit,
        sum(attribution.value) as value
    from {{ ref('metric_attribution') }} as attribution
    group by
        attribution.definition_code,
        attribution.conversion_key,
        attribution.model_code
),

expected as (
    select
        conversions.definition_code,
        conversions.conversion_key,
        models.model_code,
        conversions.value
    from {{ ref('metric_conversions') }} as conversions
    cross join {{ ref('stg_strata__attribution_models') }} as models
)

select
    expected.*,
    told.credit,
    told.value as told_value
from expected
full outer join told
    on
        expected.definition_code = told.definition_code
        and expected.conversion_key = told.conversion_key
        and expected.model_code = told.model_code
where
    expected.conversion_key is null
    or told.conversion_key is null
    or abs(told.credit - 1) > 1e-9
    or told.value != expected.value
