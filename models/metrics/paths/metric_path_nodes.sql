-- Where metric_path_steps continues its table, only what changed.
with recursive session_events as (
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

edits as (
    select
        cleanings.path_code,
        cleanings.page_regex as regex,
        cleanings.replacement,
        row_number() over (
            partition by cleanings.path_code order by cleanings.priority
        ) as number,
        count(*) over (partition by cleanings.path_code) as total
    from {{ ref('stg_strata__path_cleanings') }} as cleanings
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

-- One cleaning after the other, each on what the one before left.
edited as (
    select
        edits.path_code,
        pages.page,
        cast({{ strata__page('pages.page') }} as varchar) as name,
        cast(0 as bigint) as number,
        edits.total
    from edits
    cross join (select distinct kinds.page from kinds) as pages -- several have one
    where edits.number = 1
    union all
    select
        edited.path_code,
        edited.page,
        {{ strata__replaced_text('edited.name', 'edits.regex', 'edits.replacement') }}
            as name,
        edits.number,
        edited.total
    from edited
    inner join edits
        on edited.path_code = edits.path_code and edited.number + 1 = edits.number
),

asked as (
    select
        rules.*,
        kinds.event_name,
        kinds.event_type,
        kinds.page,
        coalesce(edited.name, {{ strata__page('kinds.page') }}) as name
    from kinds
    inner join rules
        on
            kinds.event_name like rules.event_pattern
            or kinds.event_type like rules.event_pattern
    left join edited
        on
            rules.path_code = edited.path_code
            and kinds.page = edited.page
            and edited.number = edited.total
),

matched as (
    select
        asked.path_code,
        asked.event_name,
        asked.page,
        case asked.node_kind
            when 'page' then coalesce(nullif(asked.name, ''), '(unknown)')
            when 'event_name' then asked.event_name
            when 'event_type' then coalesce(asked.event_type, asked.event_name)
            when 'label' then asked.node_label
        end as node,
        row_number() over (
            partition by asked.path_code, asked.event_name, asked.page
            order by asked.priority
        ) as match_number
    from asked
    where asked.name like asked.page_pattern
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
