-- Spend is the same to the cent where it comes from, by day and advertisement, and by
-- channel, where it stands once for each definition and model.
with expected as (
    select
        coalesce(sum(ad_spend.amount), 0) as spend,
        coalesce(sum(ad_spend.impressions), 0) as impressions,
        coalesce(sum(ad_spend.clicks), 0) as clicks
    from {{ ref('stg_strata__ad_spend') }} as ad_spend
    inner join {{ ref('core_clock') }} as clock
        on ad_spend.spend_date <= clock.as_of_date
),

totals as (
    select
        'acquisition' as place,
        coalesce(sum(acquisition.spend), 0) as spend,
        coalesce(sum(acquisition.impressions), 0) as impressions,
        coalesce(sum(acquisition.clicks), 0) as clicks
    from {{ ref('metric_acquisition') }} as acquisition
    union all
    select
        channels.definition_code || ' ' || channels.model_code || ' '
        || channels.period_grain as place,
        sum(channels.spend) as spend,
        expected.impressions,
        expected.clicks
    from {{ ref('metric_attribution_channels') }} as channels
    cross join expected
    group by
        channels.definition_code,
        channels.model_code,
        channels.period_grain,
        expected.impressions,
        expected.clicks
)

select totals.*
from totals
cross join expected
where
    totals.spend != expected.spend
    or totals.impressions != expected.impressions
    or totals.clicks != expected.clicks
