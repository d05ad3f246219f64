with user_days as (
    select * from {{ strata__touched(
        ref('core_user_days'), ref('core_touched_days'), ['user_key', 'activity_date']
    ) }}
),

orders as (
    select * from {{ strata__touched(
        ref('core_orders'),
        ref('core_touched_days'),
        {'user_key': 'user_key', 'order_date': 'activity_date'}
    ) }}
),

named as (
    select * from {{ ref('metric_named_moments') }}
),

wanted as (
    select * from {{ ref('metric_wanted_events') }}
),

-- There are few kinds of events, so what is wanted is sought among them.
kinds as (
    select distinct
        events.event_name,
        coalesce(events.event_type, '') as event_type
    from {{ strata__touched(
        ref('core_events'),
        ref('core_touched_days'),
        {'user_key': 'user_key', 'event_date': 'activity_date'}
    ) }} as events
),

-- A definition may name an event or a standard type of events; a blank code is any
-- event, but no order.
asked as (
    select
        kinds.event_name,
        kinds.event_type,
        wanted.event_code,
        wanted.property,
        wanted.property_value,
        wanted.is_timed
    from kinds
    inner join wanted
        on
            case
                when wanted.is_named or wanted.event_code = 'order' then false
                when wanted.event_code = '' then true
                when wanted.event_code = 'any' then wanted.is_timed
                when wanted.property is not null
                    then
                        wanted.event_name in ('any', kinds.event_name, kinds.event_type)
                else wanted.event_code in (kinds.event_name, kinds.event_type)
            end
),

moments as (
    select
        events.user_key,
        events.event_date,
        events.event_at,
        asked.event_code,
        asked.is_timed
    from {{ strata__touched(
        ref('core_events'),
        ref('core_touched_days'),
        {'user_key': 'user_key', 'event_date': 'activity_date'}
    ) }} as events
    inner join asked
        on
            events.event_name = asked.event_name
            and coalesce(events.event_type, '') = asked.event_type
    where
        asked.property is null
        or {{ strata__event_property('events', 'asked.property') }}
        = asked.property_value
    union all
    select
        named.user_key,
        named.event_date,
        named.event_at,
        wanted.event_code,
        wanted.is_timed
    from named
    inner join wanted on named.event_code = wanted.event_code
    union all
    select
        orders.user_key,
        orders.order_date as event_date,
        orders.ordered_at as event_at,
        wanted.event_code,
        wanted.is_timed
    from orders
    inner join wanted
        on
            (wanted.event_code = 'order' and not orders.is_cancelled)
            or (wanted.event_code = 'any' and wanted.is_timed)
),

timed as (
    select
        moments.*,
        case
            when moments.is_timed then {{ strata__business_hour('moments.event_at') }}
        end as hour_at
    from moments
),

final as (
    select
        timed.user_key,
        timed.event_date,
        timed.event_code,
        timed.hour_at,
        case when timed.is_timed then min(timed.event_at) end as first_at,
        case when timed.is_timed then max(timed.event_at) end as last_at,
        case when timed.is_timed then count(*) end as occurrence_count
    from timed
    group by
        timed.user_key,
        timed.event_date,
        timed.event_code,
        timed.is_timed,
        timed.hour_at
    union all
    select
        user_days.user_key,
        user_days.activity_date as event_date,
        wanted.event_code,
        cast(null as timestamp) as hour_at,
        cast(null as timestamp) as first_at,
        cast(null as timestamp) as last_at,
        cast(null as bigint) as occurrence_count
    from user_days
    inner join wanted
        on wanted.event_code = 'any' and not wanted.is_timed
)

select * from final
