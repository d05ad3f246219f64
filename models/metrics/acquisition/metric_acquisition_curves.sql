with users as (
    select * from {{ ref('metric_acquired_users') }}
),

user_days as (
    select * from {{ ref('core_user_days') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

-- Of whom the first days lie before the data nobody knows what they brought.
final as (
    select
        users.first_seen_date,
        users.channel,
        users.media,
        users.ad_type,
        users.ad_content,
        users.keyword,
        {{ strata__days_between('users.first_seen_date', 'user_days.activity_date') }}
            as day_number,
        cast(sum(user_days.net_amount) as decimal(18, 2)) as value_amount
    from user_days
    inner join users on user_days.user_key = users.user_key
    inner join clock on users.first_seen_date >= clock.first_date
    where user_days.net_amount != 0
    group by
        users.first_seen_date,
        users.channel,
        users.media,
        users.ad_type,
        users.ad_content,
        users.keyword,
        {{ strata__days_between('users.first_seen_date', 'user_days.activity_date') }}
)

select * from final
