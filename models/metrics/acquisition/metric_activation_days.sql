with activations as (
    select * from {{ ref('stg_strata__acquisition_activations') }}
),

user_days as (
    select * from {{ strata__touched(
        ref('core_user_days'), ref('core_touched_days'), ['user_key', 'activity_date']
    ) }}
),

events as (
    select * from {{ strata__touched(
        ref('core_events'),
        ref('core_touched_days'),
        {'user_key': 'user_key', 'event_date': 'activity_date'}
    ) }}
),

-- A rule may name an event or a standard type of events.
named as (
    select distinct -- an event may come several times a day
        events.user_key,
        events.event_date as activity_date,
        activations.activation_event
    from events
    inner join activations
        on activations.activation_event in (events.event_name, events.event_type)
),

final as (
    select
        user_days.user_key,
        user_days.activity_date,
        activations.activation_event
    from user_days
    inner join activations
        on
            (
                activations.activation_event = 'engaged_session'
                and user_days.engaged_session_count > 0
            )
            or (
                activations.activation_event = 'order'
                and user_days.order_count > 0
            )
    union all
    select
        named.user_key,
        named.activity_date,
        named.activation_event
    from named
    where named.activation_event not in ('engaged_session', 'order')
)

select * from final
