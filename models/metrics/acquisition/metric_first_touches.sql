with users as (
    select * from {{ strata__touched(
        ref('core_users'), ref('core_touched_users'), ['user_key']
    ) }}
),

sessions as (
    select * from {{ strata__touched(
        ref('core_sessions'), ref('core_touched_users'), ['user_key']
    ) }}
),

marks as (
    select * from {{ strata__touched(
        ref('metric_session_marks'), ref('core_touched_users'), ['user_key']
    ) }}
),

orders as (
    select * from {{ strata__touched(
        ref('core_orders'), ref('core_touched_users'), ['user_key']
    ) }}
),

activation_days as (
    select * from {{ strata__touched(
        ref('metric_activation_days'), ref('core_touched_users'), ['user_key']
    ) }}
),

activations as (
    select * from {{ ref('stg_strata__acquisition_activations') }}
),

touches as (
    select
        sessions.user_key,
        {{ strata__first_by('sessions.session_key', [
            'sessions.started_at', 'sessions.platform', 'sessions.session_key'
        ]) }} as session_key
    from sessions
    group by sessions.user_key
),

first_orders as (
    select
        orders.user_key,
        orders.order_date
    from orders
    where orders.order_number = 1
),

activated as (
    select
        users.user_key,
        min(activation_days.activity_date) as activated_date
    from users
    inner join activation_days on users.user_key = activation_days.user_key
    inner join activations
        on activation_days.activation_event = activations.activation_event
    where
        {{ strata__days_between(
            'users.first_seen_date', 'activation_days.activity_date'
        ) }} between 0 and activations.within_days
    group by users.user_key
),

final as (
    select
        users.user_key,
        users.first_seen_date,
        {{ strata__business_date('users.registered_at') }} as registered_date,
        activated.activated_date,
        first_orders.order_date as first_order_date,
        touches.session_key,
        coalesce(users.first_channel, '(unattributed)') as channel,
        coalesce(marks.media, '(none)') as media,
        coalesce(marks.ad_content, '(none)') as ad_content,
        coalesce(marks.keyword, '(none)') as keyword,
        coalesce(marks.campaign_id, '(none)') as campaign_id
    from users
    left join touches on users.user_key = touches.user_key
    left join marks on touches.session_key = marks.session_key
    left join first_orders on users.user_key = first_orders.user_key
    left join activated on users.user_key = activated.user_key
    where users.first_seen_date is not null
)

select * from final
