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

-- There are few kinds of events, so the patterns are tried on them.
kinds as (
    select
        session_events.event_name,
        session_events.event_type,
        coalesce(session_events.page, '') as page
    from session_events
    union
    select
        person_events.event_name,
        person_events.event_type,
        coalesce(person_events.page, '') as page
    from person_events
    inner join definitions on definitions.unit = 'gap'
),

matched as (
    select
        rules.path_code,
        kinds.event_name,
        kinds.page,
        case rules.node_kind
            when 'page'
                then coalesce(nullif({{ strata__page('kinds.page') }}, ''), '(unknown)')
            when 'event_name' then kinds.event_name
            when 'event_type' then coalesce(kinds.event_type, kinds.event_name)
            when 'label' then rules.node_label
        end as node,
        row_number() over (
            partition by rules.path_code, kinds.event_name, kinds.page
            order by rules.priority
        ) as match_number
    from kinds
    inner join rules
        on
            {{ strata__page('kinds.page') }} like rules.page_pattern
            and (
                kinds.event_name like rules.event_pattern
                or kinds.event_type like rules.event_pattern
            )
),

final as (
    select
        definitions.path_code,
        definitions.unit,
        definitions.valid_from,
        definitions.valid_to,
        kinds.event_name,
        kinds.page,
        matched.node,
        coalesce(
            definitions.conversion_event in (kinds.event_name, kinds.event_type), false
        ) as is_conversion
    from kinds
    cross join definitions
    left join matched
        on
            definitions.path_code = matched.path_code
            and kinds.event_name = matched.event_name
            and kinds.page = matched.page
            and matched.match_number = 1
    where
        matched.node is not null
        or definitions.conversion_event in (kinds.event_name, kinds.event_type)
)

select * from final
