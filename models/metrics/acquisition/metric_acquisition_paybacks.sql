with ad_days as (
    select * from {{ ref('core_ad_days') }}
),

curves as (
    select * from {{ ref('metric_acquisition_curves') }}
),

spent as (
    select
        ad_days.spend_date,
        ad_days.channel,
        ad_days.media,
        ad_days.ad_type,
        ad_days.ad_content,
        ad_days.keyword,
        cast(sum(ad_days.spend) as decimal(18, 2)) as spend,
        cast(sum(ad_days.impressions) as bigint) as impressions,
        cast(sum(ad_days.clicks) as bigint) as clicks
    from ad_days
    group by
        ad_days.spend_date,
        ad_days.channel,
        ad_days.media,
        ad_days.ad_type,
        ad_days.ad_content,
        ad_days.keyword
),

earned as (
    select
        curves.*,
        sum(curves.value_amount) over (
            partition by
                curves.first_seen_date,
                curves.channel,
                curves.media,
                curves.ad_type,
                curves.ad_content,
                curves.keyword
            order by curves.day_number
        ) as earned_amount
    from curves
),

final as (
    select
        spent.spend_date,
        spent.channel,
        spent.media,
        spent.ad_type,
        spent.ad_content,
        spent.keyword,
        spent.spend,
        spent.impressions,
        spent.clicks,
        min(earned.day_number) as payback_days
    from spent
    left join earned
        on
            spent.spend_date = earned.first_seen_date
            and spent.channel = earned.channel
            and spent.media = earned.media
            and spent.ad_type = earned.ad_type
            and spent.ad_content = earned.ad_content
            and spent.keyword = earned.keyword
            and spent.spend > 0
            and spent.spend <= earned.earned_amount
    group by
        spent.spend_date,
        spent.channel,
        spent.media,
        spent.ad_type,
        spent.ad_content,
        spent.keyword,
        spent.spend,
        spent.impressions,
        spent.clicks
)

select * from final
