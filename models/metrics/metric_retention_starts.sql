with user_event_days as (
    select * from {{ ref('metric_user_event_days') }}
),

definitions as (
    select * from {{ ref('stg_strata__retention_definitions') }}
),

start_days as (
    select
        definitions.definition_code,
        definitions.grain,
        definitions.start_scope,
        user_event_days.user_key,
        user_event_days.event_date,
        min(user_event_days.event_date) over (
            partition by definitions.definition_code, user_event_days.user_key
        ) as first_date
    from user_event_days
    inner join definitions on user_event_days.event_name = definitions.start_event
),

dated as (
    select
        start_days.*,
        {{ strata__period_of('start_days.grain', 'start_days.event_date') }}
            as cohort_date
    from start_days
    where
        start_days.start_scope = 'every'
        or start_days.event_date = start_days.first_date
),

final as (
    select
        dated.definition_code,
        dated.cohort_date,
        dated.user_key,
        min(dated.event_date) as started_date
    from dated
    group by dated.definition_code, dated.cohort_date, dated.user_key
)

select * from final
