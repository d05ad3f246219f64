with spine as (
    select * from {{ ref('feat_touched_snapshots') }}
    where is_written
),

days as (
    select * from {{ ref('core_user_days') }}
),

-- Every day within the longest window of a date, once for each such date.
windowed as (
    select
        days.*,
        spine.as_of_date,
        {{ strata__days_between('days.activity_date', 'spine.as_of_date') }}
            as days_ago,
        extract(isodow from days.activity_date) >= 6 as is_weekend
    from days
    inner join spine
        on
            days.user_key = spine.user_key
            and days.activity_date <= spine.as_of_date
            and days.activity_date
            > {{ strata__add_days('spine.as_of_date', -90) }}
),

counted as (
    select
        windowed.user_key,
        windowed.as_of_date,
        count(*) filter (where windowed.days_ago < 7) as active_day_count_7d,
        count(*) filter (where windowed.days_ago < 30) as active_day_count_30d,
        count(*) filter (where windowed.days_ago between 30 and 59)
            as active_day_count_previous_30d,
        count(*) as active_day_count_90d,
        sum(windowed.event_count) filter (where windowed.days_ago < 30)
            as event_count_30d,
        sum(windowed.event_count) as event_count_90d,
        sum(windowed.session_count) filter (where windowed.days_ago < 30)
            as session_count_30d,
        sum(windowed.session_count) as session_count_90d,
        sum(windowed.engaged_session_count) as engaged_session_count_90d,
        sum(windowed.session_seconds) as session_seconds_90d,
        sum(windowed.product_view_count) filter (where windowed.days_ago < 30)
            as product_view_count_30d,
        sum(windowed.search_count) as search_count_90d,
        sum(windowed.cart_count) filter (where windowed.days_ago < 30)
            as cart_count_30d,
        sum(windowed.content_view_count) as content_view_count_90d,
        sum(windowed.content_publish_count) as content_publish_count_90d,
        sum(windowed.share_count) as share_count_90d,
        sum(windowed.night_event_count) as night_event_count_90d,
        sum(windowed.event_count) filter (where windowed.is_weekend)
            as weekend_event_count_90d
    from windowed
    group by windowed.user_key, windowed.as_of_date
),

final as (
    select
        counted.user_key,
        counted.as_of_date,
        counted.active_day_count_7d,
        counted.active_day_count_30d,
        counted.active_day_count_previous_30d,
        counted.active_day_count_90d,
        cast(coalesce(counted.event_count_30d, 0) as bigint) as event_count_30d,
        cast(counted.event_count_90d as bigint) as event_count_90d,
        cast(coalesce(counted.session_count_30d, 0) as bigint) as session_count_30d,
        cast(counted.session_count_90d as bigint) as session_count_90d,
        cast(counted.engaged_session_count_90d as double)
        / nullif(counted.session_count_90d, 0)
            as engaged_session_rate_90d,
        cast(counted.event_count_90d as double)
        / nullif(counted.session_count_90d, 0)
            as events_per_session_90d,
        cast(counted.session_seconds_90d as double)
        / nullif(counted.session_count_90d, 0)
            as seconds_per_session_90d,
        cast(coalesce(counted.product_view_count_30d, 0) as bigint)
            as product_view_count_30d,
        cast(counted.search_count_90d as bigint) as search_count_90d,
        cast(coalesce(counted.cart_count_30d, 0) as bigint) as cart_count_30d,
        cast(counted.content_view_count_90d as bigint) as content_view_count_90d,
        cast(counted.content_publish_count_90d as bigint)
            as content_publish_count_90d,
        cast(counted.share_count_90d as bigint) as share_count_90d,
        cast(counted.night_event_count_90d as double)
        / nullif(counted.event_count_90d, 0)
            as night_event_rate_90d,
        cast(coalesce(counted.weekend_event_count_90d, 0) as double)
        / nullif(counted.event_count_90d, 0) as weekend_event_rate_90d,
        cast(counted.search_count_90d as double)
        / nullif(counted.event_count_90d, 0)
            as search_event_rate_90d
    from counted
)

select * from final
