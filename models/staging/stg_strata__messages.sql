with messages as (
    select * from {{ strata__accepted_rows('messages') }}
),

final as (
    select
        messages.message_id,
        messages.campaign_id,
        messages.user_id,
        messages.channel,
        messages.sent_at,
        messages.delivered_at,
        messages.opened_at,
        messages.clicked_at,
        messages.unsubscribed_at,
        messages.loaded_at
    from messages
)

select * from final
