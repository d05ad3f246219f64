with events as (
    select * from {{ ref('core_events') }}
),

channels as (
    select * from {{ ref('stg_strata__channels') }}
),

sources as (
    select
        events.traffic_source,
        min(coalesce(events.utm_source, '(none)')) as source,
        min(coalesce(events.utm_medium, '(none)')) as medium,
        min(coalesce(events.referrer, '(none)')) as referrer
    from events
    group by events.traffic_source
),

matched as (
    select
        sources.*,
        channels.channel,
        channels.is_paid,
        row_number() over (
            partition by sources.traffic_source order by channels.priority
        ) as match_number
    from sources
    inner join channels
        on
            sources.source like channels.source_pattern
            and sources.medium like channels.medium_pattern
            and sources.referrer like channels.referrer_pattern
),

final as (
    select
        sources.traffic_source,
        sources.source,
        sources.medium,
        sources.referrer,
        coalesce(matched.channel, 'other') as channel,
        coalesce(matched.is_paid, false) as is_paid
    from sources
    left join matched
        on
            sources.traffic_source = matched.traffic_source
            and matched.match_number = 1
)

select * from final
