-- Where metric_path_steps continues its table, only the sessions and persons that
-- changed.
with session_events as (
    select * from {{ strata__touched(
        ref('core_events'),
        ref('core_touched_sessions'),
        {'session_key': 'session_key', 'event_date': 'activity_date'},
        'metric_path_steps'
    ) }}
),

person_events as (
    select * from {{ strata__touched(
        ref('core_events'), ref('core_touched_days'), ['user_key'], 'metric_path_steps'
    ) }}
),

nodes as (
    select * from {{ ref('metric_path_nodes') }}
),

filters as (
    select
        rules.path_code,
        rules.property,
        rules.operator,
        rules.text_value as property_value
    from {{ ref('stg_strata__path_filters') }} as rules
),

told as (
    select
        nodes.path_code,
        session_events.session_key as scope_key,
        session_events.user_key,
        session_events.event_id,
        session_events.event_at,
        nodes.node,
        nodes.is_conversion
    from session_events
    inner join nodes
        on
            nodes.unit = 'session'
            and session_events.event_name = nodes.event_name
            and coalesce(session_events.page, '') = nodes.page
            and session_events.event_date >= nodes.valid_from
            and session_events.event_date < nodes.valid_to
    union all
    select
        nodes.path_code,
        person_events.user_key as scope_key,
        person_events.user_key,
        person_events.event_id,
        person_events.event_at,
        nodes.node,
        nodes.is_conversion
    from person_events
    inner join nodes
        on
            nodes.unit = 'gap'
            and person_events.event_name = nodes.event_name
            and coalesce(person_events.page, '') = nodes.page
            and person_events.event_date >= nodes.valid_from
            and person_events.event_date < nodes.valid_to
),

refused as (
    select distinct -- an event may miss several conditions
        filters.path_code,
        person_events.event_id
    from person_events
    inner join filters
        on
            not {{ strata__condition_holds(
                strata__event_property('person_events', 'filters.property'), 'filters'
            ) }}
),

final as (
    select
        told.path_code,
        told.scope_key,
        told.user_key,
        told.event_id,
        told.event_at,
        case when refused.event_id is null then told.node end as node,
        told.is_conversion
    from told
    left join refused
        on told.path_code = refused.path_code and told.event_id = refused.event_id
)

select * from final
