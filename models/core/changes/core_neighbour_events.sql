with changed as (
    select * from {{ ref('core_changed_events') }}
),

final as (
    select
        standing.event_id,
        standing.user_key,
        standing.is_identified,
        standing.event_name,
        standing.event_type,
        standing.event_at,
        standing.event_date,
        standing.loaded_at,
        standing.platform,
        standing.page,
        standing.product_id,
        standing.content_id,
        standing.traffic_source,
        standing.utm_source,
        standing.utm_medium,
        standing.utm_campaign,
        standing.utm_content,
        standing.utm_term,
        standing.referrer,
        standing.properties
    from {{ strata__touched(
        strata__previous('core_events'),
        ref('core_touched_events'),
        ['event_id', 'event_at'],
        'core_events',
        near='event_at'
    ) }} as standing
    where standing.event_id not in (select changed.event_id from changed)
)

select * from final
