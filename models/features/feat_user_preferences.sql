with spine as (
    select * from {{ ref('feat_touched_snapshots') }}
    where is_written
),

sessions as (
    select * from {{ ref('core_sessions') }}
),

visits as (
    select
        sessions.user_key,
        spine.as_of_date,
        sessions.platform,
        sessions.channel,
        count(*) as session_count,
        max(sessions.started_at) as last_started_at
    from sessions
    inner join spine
        on
            sessions.user_key = spine.user_key
            and sessions.session_date <= spine.as_of_date
            and sessions.session_date
            > {{ strata__add_days('spine.as_of_date', -90) }}
    group by
        sessions.user_key,
        spine.as_of_date,
        sessions.platform,
        sessions.channel
),

platforms as (
    select
        visits.user_key,
        visits.as_of_date,
        visits.platform,
        row_number() over (
            partition by visits.user_key, visits.as_of_date
            order by
                sum(visits.session_count) desc,
                max(visits.last_started_at) desc,
                visits.platform
        ) as preference,
        count(*) over (
            partition by visits.user_key, visits.as_of_date
        ) as platform_count
    from visits
    group by visits.user_key, visits.as_of_date, visits.platform
),

channels as (
    select
        visits.user_key,
        visits.as_of_date,
        visits.channel,
        row_number() over (
            partition by visits.user_key, visits.as_of_date
            order by
                sum(visits.session_count) desc,
                max(visits.last_started_at) desc,
                visits.channel
        ) as preference
    from visits
    group by visits.user_key, visits.as_of_date, visits.channel
),

final as (
    select
        platforms.user_key,
        platforms.as_of_date,
        platforms.platform as main_platform_90d,
        platforms.platform_count as platform_count_90d,
        channels.channel as main_channel_90d
    from platforms
    inner join channels
        on
            platforms.user_key = channels.user_key
            and platforms.as_of_date = channels.as_of_date
    where platforms.preference = 1 and channels.preference = 1
)

select * from final
