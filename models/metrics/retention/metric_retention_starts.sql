with user_event_days as (
    select * from {{ ref('metric_user_event_days') }}
),

definitions as (
    select * from {{ ref('stg_strata__retention_definitions') }}
),

touched as (
    select * from {{ ref('metric_touched_starters') }}
),

start_days as (
    select
        definitions.definition_code,
        definitions.start_scope,
        user_event_days.user_key,
        user_event_days.event_date,
        {{ strata__period_of('definitions.grain', 'user_event_days.event_date') }}
            as cohort_date,
        min(user_event_days.event_date) over (
            partition by definitions.definition_code, user_event_days.user_key
        ) as first_date
    from user_event_days
    inner join definitions on user_event_days.event_name = definitions.start_event
    {% if is_incremental() %}
        inner join touched
            on
                definitions.definition_code = touched.definition_code
                and user_event_days.user_key = touched.user_key
                and user_event_days.event_date >= touched.from_date
    {% endif %}
),

final as (
    select
        start_days.definition_code,
        start_days.cohort_date,
        start_days.user_key,
        min(start_days.event_date) as started_date
    from start_days
    where
        start_days.start_scope = 'every'
        or start_days.event_date = start_days.first_date
    group by
        start_days.definition_code, start_days.cohort_date, start_days.user_key
)

select * from final
