with steps as (
    select * from {{ ref('metric_acquisition_steps') }}
),

spent as (
    select * from {{ ref('metric_acquisition_paybacks') }}
),

outcomes as (
    select * from {{ ref('metric_acquisition_maturities') }}
),

-- Spend that brought nobody and people whom nothing was spent on both stay.
places as (
    select
        steps.date,
        steps.channel,
        steps.media,
        steps.ad_type,
        steps.ad_content,
        steps.keyword
    from steps
    union
    select
        spent.spend_date,
        spent.channel,
        spent.media,
        spent.ad_type,
        spent.ad_content,
        spent.keyword
    from spent
),

final as (
    select
        places.date,
        places.channel,
        places.media,
        places.ad_type,
        places.ad_content,
        places.keyword,
        coalesce(steps.visitors, 0) as visitors,
        coalesce(steps.registrations, 0) as registrations,
        coalesce(steps.activations, 0) as activations,
        coalesce(steps.first_orders, 0) as first_orders,
        cast(coalesce(spent.spend, 0) as decimal(18, 2)) as spend,
        coalesce(spent.impressions, 0) as impressions,
        coalesce(spent.clicks, 0) as clicks,
        cast(coalesce(spent.spend, 0) as double) / nullif(steps.registrations, 0)
            as cost_per_registration,
        cast(coalesce(spent.spend, 0) as double) / nullif(steps.first_orders, 0)
            as cac,
        coalesce(steps.registered_users, 0) as registered_users,
        coalesce(steps.activated_users, 0) as activated_users,
        coalesce(steps.buyers, 0) as buyers,
        coalesce(outcomes.mature_7d, 0) as mature_7d,
        coalesce(outcomes.retained_7d, 0) as retained_7d,
        cast(outcomes.retained_7d as double) / nullif(outcomes.mature_7d, 0)
            as retention_rate_7d,
        cast(coalesce(outcomes.value_7d, 0) as decimal(18, 2)) as value_7d,
        coalesce(outcomes.mature_30d, 0) as mature_30d,
        coalesce(outcomes.retained_30d, 0) as retained_30d,
        cast(outcomes.retained_30d as double) / nullif(outcomes.mature_30d, 0)
            as retention_rate_30d,
        cast(coalesce(outcomes.value_30d, 0) as decimal(18, 2)) as value_30d,
        coalesce(outcomes.mature_90d, 0) as mature_90d,
        coalesce(outcomes.retained_90d, 0) as retained_90d,
        cast(outcomes.retained_90d as double) / nullif(outcomes.mature_90d, 0)
            as retention_rate_90d,
        cast(coalesce(outcomes.value_90d, 0) as decimal(18, 2)) as value_90d,
        spent.payback_days
    from places
    left join steps
        on
            places.date = steps.date
            and places.channel = steps.channel
            and places.media = steps.media
            and places.ad_type = steps.ad_type
            and places.ad_content = steps.ad_content
            and places.keyword = steps.keyword
    left join spent
        on
            places.date = spent.spend_date
            and places.channel = spent.channel
            and places.media = spent.media
            and places.ad_type = spent.ad_type
            and places.ad_content = spent.ad_content
            and places.keyword = spent.keyword
    left join outcomes
        on
            places.date = outcomes.first_seen_date
            and places.channel = outcomes.channel
            and places.media = outcomes.media
            and places.ad_type = outcomes.ad_type
            and places.ad_content = outcomes.ad_content
            and places.keyword = outcomes.keyword
)

select * from final
