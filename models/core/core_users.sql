-- depends_on: {{ ref('core_replaced_users') }}
with persons as (
    select * from {{ strata__touched(
        ref('core_user_ids'), ref('core_touched_users'), ['user_key']
    ) }}
),

versions as (
    select * from {{ strata__touched(
        ref('core_user_versions'), ref('core_touched_users'), ['user_key']
    ) }}
),

sessions as (
    select * from {{ strata__touched(
        ref('core_sessions'), ref('core_touched_users'), ['user_key']
    ) }}
),

orders as (
    select * from {{ strata__touched(
        ref('core_orders'), ref('core_touched_users'), ['user_key']
    ) }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

accounts as (
    select
        versions.*,
        min(case
            when {{ strata__business_date('versions.registered_at') }}
                <= clock.as_of_date then versions.registered_at
        end) over (partition by versions.user_key) as first_registered_at
    from versions
    inner join clock
        on
            versions.valid_from <= clock.as_of_date
            and versions.valid_to > clock.as_of_date
),

-- Sessions of a person that begin in one moment are on several platforms.
visits as (
    select
        sessions.user_key,
        min(sessions.started_at) as first_visit_at,
        min(sessions.identified_at) as first_login_at,
        {{ strata__first_by(
            'sessions.platform', ['sessions.started_at', 'sessions.platform']
        ) }} as first_platform,
        {{ strata__first_by('sessions.channel', [
            'sessions.started_at', 'sessions.platform', 'sessions.session_key'
        ]) }} as first_channel
    from sessions
    group by sessions.user_key
),

purchases as (
    select
        orders.user_key,
        min(orders.ordered_at) as first_order_at,
        {{ strata__first_by(
            'orders.platform', ['orders.ordered_at', 'orders.platform']
        ) }} as first_order_platform
    from orders
    group by orders.user_key
),

joined as (
    select
        persons.user_key,
        persons.user_id,
        persons.user_id is not null as has_account,
        persons.account_count,
        persons.device_count,
        accounts.first_registered_at as registered_at,
        visits.first_visit_at,
        visits.first_login_at,
        purchases.first_order_at,
        coalesce(visits.first_platform, purchases.first_order_platform)
            as first_platform,
        purchases.first_order_platform,
        visits.first_channel,
        accounts.signup_channel,
        accounts.birth_date,
        accounts.gender,
        accounts.city,
        accounts.region,
        accounts.country,
        accounts.language,
        accounts.timezone
    from persons
    left join accounts
        on persons.user_key = accounts.user_key and accounts.is_profile
    left join visits on persons.user_key = visits.user_key
    left join purchases on persons.user_key = purchases.user_key
),

final as (
    select
        joined.user_key,
        joined.user_id,
        joined.has_account,
        joined.account_count,
        joined.device_count,
        least(joined.registered_at, joined.first_visit_at, joined.first_order_at)
            as first_seen_at,
        {{ strata__business_date(
            'least(joined.registered_at, joined.first_visit_at, joined.first_order_at)'
        ) }} as first_seen_date,
        least(joined.registered_at, joined.first_login_at, joined.first_order_at)
            as account_since_at,
        joined.registered_at,
        joined.first_visit_at,
        joined.first_order_at,
        joined.first_platform,
        joined.first_order_platform,
        joined.first_channel,
        joined.signup_channel,
        joined.birth_date,
        joined.gender,
        joined.city,
        joined.region,
        joined.country,
        joined.language,
        joined.timezone
    from joined
    where joined.has_account or joined.first_visit_at is not null
)

select * from final
