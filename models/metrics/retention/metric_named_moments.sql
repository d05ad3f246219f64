-- Where metric_user_occurrences continues its table, only the days that changed.
with events as (
    select * from {{ strata__touched(
        ref('core_events'),
        ref('core_touched_days'),
        {'user_key': 'user_key', 'event_date': 'activity_date'},
        'metric_user_occurrences'
    ) }}
),

rules as (
    select * from {{ ref('stg_strata__named_events') }}
),

conditions as (
    select
        rules.event_code,
        rules.rule_group,
        coalesce(nullif(rules.event_name, ''), 'any') as event_name,
        nullif(rules.property, '') as property,
        nullif(rules.operator, '') as operator,
        rules.property_value,
        count(*) over (partition by rules.event_code, rules.rule_group)
            as condition_count
    from rules
),

held as (
    select
        conditions.event_code,
        events.event_id,
        events.user_key,
        events.event_date,
        events.event_at
    from events
    inner join conditions
        on conditions.event_name in ('any', events.event_name, events.event_type)
    where
        conditions.property is null
        or {{ strata__condition_holds(
            strata__event_property('events', 'conditions.property'), 'conditions'
        ) }}
    group by
        conditions.event_code,
        conditions.rule_group,
        conditions.condition_count,
        events.event_id,
        events.user_key,
        events.event_date,
        events.event_at
    having count(*) = conditions.condition_count
),

final as (
    select distinct -- an event may fulfil several groups
        held.event_code,
        held.event_id,
        held.user_key,
        held.event_date,
        held.event_at
    from held
)

select * from final
