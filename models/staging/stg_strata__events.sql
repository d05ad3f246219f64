with events as (
    select * from {{ strata__accepted_rows('events') }}
),

final as (
    select
        events.event_id,
        events.anonymous_id,
        events.user_id,
        events.event_name,
        events.event_at,
        events.loaded_at,
        lower(events.platform) as platform,
        events.page,
        events.product_id,
        events.content_id,
        lower(events.referrer) as referrer,
        lower(events.utm_source) as utm_source,
        lower(events.utm_medium) as utm_medium,
        events.utm_campaign,
        events.utm_content,
        events.utm_term,
        events.properties
    from events
    {{ strata__laid_out_by('events.event_at') }}
)

select * from final
