with touches as (
    select * from {{ ref('metric_first_touches') }}
),

ad_days as (
    select * from {{ ref('core_ad_days') }}
),

-- A visit does not say the type of its advertisement; what was paid for does.
campaign_types as (
    select
        ad_days.channel,
        ad_days.media,
        ad_days.ad_content,
        ad_days.keyword,
        ad_days.campaign_id,
        case
            when min(ad_days.ad_type) = max(ad_days.ad_type) then min(ad_days.ad_type)
            else '(unknown)'
        end as ad_type
    from ad_days
    group by
        ad_days.channel,
        ad_days.media,
        ad_days.ad_content,
        ad_days.keyword,
        ad_days.campaign_id
),

ad_types as (
    select
        ad_days.channel,
        ad_days.media,
        ad_days.ad_content,
        ad_days.keyword,
        case
            when min(ad_days.ad_type) = max(ad_days.ad_type) then min(ad_days.ad_type)
            else '(unknown)'
        end as ad_type
    from ad_days
    group by
        ad_days.channel, ad_days.media, ad_days.ad_content, ad_days.keyword
),

final as (
    select
        touches.user_key,
        touches.first_seen_date,
        touches.registered_date,
        touches.activated_date,
        touches.first_order_date,
        touches.channel,
        touches.media,
        coalesce(campaign_types.ad_type, ad_types.ad_type, '(none)') as ad_type,
        touches.ad_content,
        touches.keyword
    from touches
    left join campaign_types
        on
            touches.channel = campaign_types.channel
            and touches.media = campaign_types.media
            and touches.ad_content = campaign_types.ad_content
            and touches.keyword = campaign_types.keyword
            and touches.campaign_id = campaign_types.campaign_id
    left join ad_types
        on
            touches.channel = ad_types.channel
            and touches.media = ad_types.media
            and touches.ad_content = ad_types.ad_content
            and touches.keyword = ad_types.keyword
)

select * from final
