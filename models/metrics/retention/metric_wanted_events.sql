with retention as (
    select * from {{ ref('stg_strata__retention_definitions') }}
),

activities as (
    select * from {{ ref('stg_strata__activity_definitions') }}
),

conditions as (
    select * from {{ ref('stg_strata__named_events') }}
),

named as (
    select distinct conditions.event_code -- a named event has several conditions
    from conditions
),

-- A rolling clock needs the time of the start and of each return; who wants to know
-- how often, or in which hour, needs to see each time, too.
wanted as (
    select
        retention.start_code as event_code,
        retention.start_event as event_name,
        retention.start_property as property,
        retention.start_property_value as property_value,
        (
            retention.clock != 'calendar'
            or retention.grain = 'hour'
            or retention.start_scope = 'first_of_event'
        ) as is_timed
    from retention
    union all
    select
        retention.start_event as event_code,
        retention.start_event as event_name,
        cast(null as varchar) as property,
        cast(null as varchar) as property_value,
        true as is_timed
    from retention
    where retention.start_scope = 'first_of_event'
    union all
    select
        coalesce(nullif(conditions.event_name, 'any'), '') as event_code,
        coalesce(nullif(conditions.event_name, 'any'), '') as event_name,
        cast(null as varchar) as property,
        cast(null as varchar) as property_value,
        true as is_timed
    from retention
    inner join conditions on retention.start_event = conditions.event_code
    where retention.start_scope = 'first_of_event'
    union all
    select
        retention.return_code as event_code,
        retention.return_event as event_name,
        retention.return_property as property,
        retention.return_property_value as property_value,
        (
            retention.clock != 'calendar'
            or retention.grain = 'hour'
            or retention.minimum_returns > 1
        ) as is_timed
    from retention
    union all
    select
        activities.event_code,
        activities.event as event_name,
        activities.property,
        activities.property_value,
        (
            activities.has_hours
            or activities.minimum_occurrences > 1
            or activities.maximum_occurrences is not null
        ) as is_timed
    from activities
),

final as (
    select
        wanted.event_code,
        min(wanted.event_name) as event_name,
        min(nullif(wanted.property, '')) as property,
        min(nullif(wanted.property_value, '')) as property_value,
        max(case when wanted.is_timed then 1 else 0 end) = 1 as is_timed,
        count(named.event_code) > 0 as is_named
    from wanted
    left join named on wanted.event_code = named.event_code
    group by wanted.event_code
)

select * from final
