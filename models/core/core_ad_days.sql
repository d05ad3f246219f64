with ad_spend as (
    select * from {{ ref('stg_strata__ad_spend') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

-- A channel of the rules is spelt as there.
named as (
    select
        {{ strata__mark('channels.channel') }} as mark,
        min(channels.channel) as channel
    from {{ ref('stg_strata__channels') }} as channels
    group by {{ strata__mark('channels.channel') }}
),

marked as (
    select
        ad_spend.spend_date,
        coalesce(named.channel, {{ strata__named(strata__mark('ad_spend.channel')) }})
            as channel,
        {{ strata__mark('ad_spend.media') }} as media,
        {{ strata__mark('ad_spend.ad_type') }} as ad_type,
        {{ strata__mark('ad_spend.ad_content') }} as ad_content,
        {{ strata__mark('ad_spend.keyword') }} as keyword,
        {{ strata__mark('ad_spend.campaign_id') }} as campaign_id,
        ad_spend.amount,
        ad_spend.impressions,
        ad_spend.clicks
    from ad_spend
    inner join clock on ad_spend.spend_date <= clock.as_of_date
    left join named on {{ strata__mark('ad_spend.channel') }} = named.mark
),

final as (
    select
        marked.spend_date,
        marked.channel,
        marked.media,
        marked.ad_type,
        marked.ad_content,
        marked.keyword,
        marked.campaign_id,
        cast(coalesce(sum(marked.amount), 0) as decimal(18, 2)) as spend,
        cast(coalesce(sum(marked.impressions), 0) as bigint) as impressions,
        cast(coalesce(sum(marked.clicks), 0) as bigint) as clicks
    from marked
    group by
        marked.spend_date,
        marked.channel,
        marked.media,
        marked.ad_type,
        marked.ad_content,
        marked.keyword,
        marked.campaign_id
)

select * from final
