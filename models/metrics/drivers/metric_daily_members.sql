with user_days as (
    select * from {{ ref('core_user_days') }}
),

users as (
    select * from {{ ref('core_users') }}
),

platforms as (
    select * from {{ ref('metric_user_day_platforms') }}
),

tiers as (
    select * from {{ ref('metric_user_tiers') }}
),

days as (
    select days.day
    from {{ strata__days(ref('core_clock'), 'first_date', 'as_of_date') }} as days
),

facts as (
    select
        user_days.user_key,
        user_days.activity_date as day,
        1 as dau,
        0 as registrations,
        user_days.order_count as orders,
        case when user_days.order_count > 0 then 1 else 0 end as buyers,
        user_days.net_amount
    from user_days
    union all
    select
        users.user_key,
        {{ strata__business_date('users.registered_at') }} as day,
        0 as dau,
        1 as registrations,
        0 as orders,
        0 as buyers,
        0 as net_amount
    from users
    where users.registered_at is not null
),

-- Who registers without a visit on the day came by the platform of the first one.
placed as (
    select
        facts.day,
        coalesce(users.first_channel, '(unknown)') as channel,
        coalesce(platforms.platform, users.first_platform, '(unknown)') as platform,
        coalesce(users.region, '(unknown)') as region,
        coalesce(tiers.tier_code, 'none') as tier,
        case when facts.day = users.first_seen_date then 'new' else 'existing' end
            as user_kind,
        sum(facts.dau) as dau,
        sum(facts.registrations) as registrations,
        sum(facts.orders) as orders,
        sum(facts.buyers) as buyers,
        sum(facts.net_amount) as net_amount
    from facts
    left join users on facts.user_key = users.user_key
    left join platforms
        on
            facts.user_key = platforms.user_key
            and facts.day = platforms.activity_date
    left join tiers
        on
            facts.user_key = tiers.user_key
            and facts.day >= tiers.valid_from
            and facts.day < tiers.valid_to
    group by
        facts.day,
        coalesce(users.first_channel, '(unknown)'),
        coalesce(platforms.platform, users.first_platform, '(unknown)'),
        coalesce(users.region, '(unknown)'),
        coalesce(tiers.tier_code, 'none'),
        case when facts.day = users.first_seen_date then 'new' else 'existing' end
),

told as (
    select
        placed.*,
        dimensions.dimension,
        case dimensions.dimension
            when 'channel' then placed.channel
            when 'platform' then placed.platform
            when 'region' then placed.region
            when 'tier' then placed.tier
            when 'user_kind' then placed.user_kind
            else 'all'
        end as member
    from placed
    cross join (
        select 'all' as dimension
        union all
        select 'channel' as dimension
        union all
        select 'platform' as dimension
        union all
        select 'region' as dimension
        union all
        select 'tier' as dimension
        union all
        select 'user_kind' as dimension
    ) as dimensions
),

counted as (
    select
        told.day,
        told.dimension,
        told.member,
        sum(told.dau) as dau,
        sum(told.registrations) as registrations,
        sum(told.orders) as orders,
        sum(told.buyers) as buyers,
        sum(told.net_amount) as net_amount
    from told
    group by told.day, told.dimension, told.member
),

-- A day without anybody is a day, too.
final as (
    select
        days.day as date,
        coalesce(counted.dimension, 'all') as dimension,
        coalesce(counted.member, 'all') as member,
        cast(coalesce(counted.dau, 0) as bigint) as dau,
        cast(coalesce(counted.registrations, 0) as bigint) as registrations,
        cast(coalesce(counted.orders, 0) as bigint) as orders,
        cast(coalesce(counted.buyers, 0) as bigint) as buyers,
        cast(coalesce(counted.net_amount, 0) as decimal(18, 2)) as net_amount
    from days
    left join counted on days.day = counted.day
)

select * from final
