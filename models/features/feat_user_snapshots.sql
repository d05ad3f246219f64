with attributes as (
    select * from {{ ref('feat_user_attributes') }}
),

activity as (
    select * from {{ ref('feat_user_activity') }}
),

rhythm as (
    select * from {{ ref('feat_user_rhythm') }}
),

preferences as (
    select * from {{ ref('feat_user_preferences') }}
),

orders as (
    select * from {{ ref('feat_user_orders') }}
),

acts as (
    select * from {{ ref('feat_user_acts') }}
),

final as (
    select
        attributes.user_key,
        attributes.as_of_date,
        attributes.is_current,
        attributes.is_month_end,
        attributes.has_account,
        attributes.age_years,
        attributes.days_since_first_seen,
        attributes.days_since_registration,
        attributes.days_until_birthday,
        attributes.days_until_anniversary,
        rhythm.days_since_last_activity,
        rhythm.active_day_count_lifetime,
        rhythm.days_between_active_days,
        rhythm.silence_ratio,
        coalesce(activity.active_day_count_7d, 0) as active_day_count_7d,
        coalesce(activity.active_day_count_30d, 0) as active_day_count_30d,
        coalesce(activity.active_day_count_previous_30d, 0)
            as active_day_count_previous_30d,
        coalesce(activity.active_day_count_90d, 0) as active_day_count_90d,
        coalesce(activity.event_count_30d, 0) as event_count_30d,
        coalesce(activity.event_count_90d, 0) as event_count_90d,
        coalesce(activity.session_count_30d, 0) as session_count_30d,
        coalesce(activity.session_count_90d, 0) as session_count_90d,
        activity.engaged_session_rate_90d,
        activity.events_per_session_90d,
        activity.seconds_per_session_90d,
        coalesce(activity.product_view_count_30d, 0) as product_view_count_30d,
        coalesce(activity.search_count_90d, 0) as search_count_90d,
        coalesce(activity.cart_count_30d, 0) as cart_count_30d,
        coalesce(activity.content_view_count_90d, 0) as content_view_count_90d,
        coalesce(activity.content_publish_count_90d, 0) as content_publish_count_90d,
        coalesce(activity.share_count_90d, 0) as share_count_90d,
        activity.night_event_rate_90d,
        activity.weekend_event_rate_90d,
        activity.search_event_rate_90d,
        coalesce(preferences.platform_count_90d, 0) as platform_count_90d,
        coalesce(orders.order_count_lifetime, 0) as order_count_lifetime,
        coalesce(orders.order_day_count_lifetime, 0) as order_day_count_lifetime,
        coalesce(orders.order_count_365d, 0) as order_count_365d,
        coalesce(orders.order_count_90d, 0) as order_count_90d,
        coalesce(orders.order_count_30d, 0) as order_count_30d,
        coalesce(orders.net_amount_lifetime, 0) as net_amount_lifetime,
        coalesce(orders.net_amount_365d, 0) as net_amount_365d,
        coalesce(orders.net_amount_90d, 0) as net_amount_90d,
        coalesce(orders.net_amount_30d, 0) as net_amount_30d,
        orders.net_amount_per_order_365d,
        orders.max_order_amount_365d,
        orders.discount_rate_365d,
        orders.discounted_order_rate_365d,
        orders.refund_rate_365d,
        orders.holiday_order_rate_365d,
        coalesce(orders.business_line_count_365d, 0) as business_line_count_365d,
        orders.days_since_last_order,
        orders.days_since_first_order,
        orders.days_between_orders,
        coalesce(orders.category_count_365d, 0) as category_count_365d,
        orders.top_category_rate_365d,
        orders.top_brand_rate_365d,
        orders.list_price_index_365d,
        orders.new_product_rate_365d,
        acts.points_balance,
        acts.points_earned_365d,
        acts.points_redeemed_365d,
        acts.message_count_90d,
        acts.message_open_rate_90d,
        acts.unsubscribe_count_365d,
        acts.invite_count_lifetime,
        acts.invite_accepted_count_lifetime,
        acts.invitation_received_count_lifetime,
        acts.ticket_count_365d,
        acts.review_count_365d,
        acts.content_published_count_365d,
        acts.nps_score_last,
        attributes.gender,
        attributes.city,
        attributes.city_class,
        attributes.region,
        attributes.country,
        attributes.language,
        attributes.signup_channel,
        attributes.first_channel,
        attributes.first_platform,
        preferences.main_platform_90d,
        preferences.main_channel_90d,
        orders.top_category_365d,
        orders.top_brand_365d,
        acts.marketing_consent
    from attributes
    left join activity using (user_key, as_of_date)
    left join rhythm using (user_key, as_of_date)
    left join preferences using (user_key, as_of_date)
    left join orders using (user_key, as_of_date)
    left join acts using (user_key, as_of_date)
)

select * from final
