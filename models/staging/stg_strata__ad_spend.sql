with ad_spend as (
    select * from {{ strata__accepted_rows('ad_spend') }}
),

final as (
    select
        ad_spend.spend_date,
        ad_spend.channel,
        ad_spend.media,
        ad_spend.ad_type,
        ad_spend.ad_content,
        ad_spend.keyword,
        ad_spend.campaign_id,
        ad_spend.amount,
        ad_spend.impressions,
        ad_spend.clicks,
        ad_spend.loaded_at
    from ad_spend
)

select * from final
