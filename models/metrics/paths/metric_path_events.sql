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

definitions as (
    select * from {{ ref('stg_strata__path_definitions') }}
),

rules as (
    select * from {{ ref('stg_strata__path_nodes') }}
),

filters as (
    select * from {{ ref('stg_strata__path_filters') }}
),

scoped as (
    select
        session_events.*,
        session_events.session_key as scope_key,
        definitions.path_code,
        definitions.conversion_event
    from session_events
    inner join definitions
        on
            definitions.unit = 'session'
            and session_events.event_date >= definitions.valid_from
            and session_events.event_date < definitions.valid_to
    union all
    select
        person_events.*,
        person_events.user_key as scope_key,
        definitions.path_code,
        definitions.conversion_event
    from person_events
    inner join definitions
        on
            definitions.unit = 'gap'
            and person_events.event_date >= definitions.valid_from
            and person_events.event_date < definitions.valid_to
),

-- There are few kinds of events, so the patterns are tried on them.
kinds as (
    select
        scoped.path_code,
        scoped.event_name,
        coalesce(scoped.page, '') as page,
        coalesce(min(scoped.event_type), scoped.event_name) as event_type,
        {{ strata__page("coalesce(scoped.page, '')") }} as page_name
    from scoped
    group by scoped.path_code, scoped.event_name, coalesce(scoped.page, '')
),

matched as (
    select
        kinds.*,
        rules.node_kind,
        rules.node_label,
        row_number() over (
            partition by kinds.path_code, kinds.event_name, kinds.page
            order by rules.priority
        ) as match_number
    from kinds
    inner join rules
        on
            kinds.path_code = rules.path_code
            and kinds.page_name like rules.page_pattern
            and (
                kinds.event_name like rules.event_pattern
                or kinds.event_type like rules.event_pattern
            )
),

nodes as (
    select
        matched.path_code,
        matched.event_name,
        matched.page,
        case matched.node_kind
            when 'page' then coalesce(nullif(matched.page_name, ''), '(unknown)')
            when 'event_name' then matched.event_name
            when 'event_type' then matched.event_type
            when 'label' then matched.node_label
        end as node
    from matched
    where matched.match_number = 1
),

refused as (
    select distinct -- an event may miss several conditions
        scoped.path_code,
        scoped.event_id
    from scoped
    inner join filters
        on
            scoped.path_code = filters.path_code
            and not {{ strata__property_holds('scoped.properties', 'filters') }}
),

final as (
    select
        scoped.path_code,
        scoped.scope_key,
        scoped.user_key,
        scoped.event_id,
        scoped.event_at,
        case when refused.event_id is null then nodes.node end as node,
        coalesce(
            scoped.conversion_event in (scoped.event_name, scoped.event_type), false
        ) as is_conversion
    from scoped
    left join nodes
        on
            scoped.path_code = nodes.path_code
            and scoped.event_name = nodes.event_name
            and coalesce(scoped.page, '') = nodes.page
    left join refused
        on
            scoped.path_code = refused.path_code
            and scoped.event_id = refused.event_id
)

select * from final
