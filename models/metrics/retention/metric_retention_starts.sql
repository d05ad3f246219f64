with occurrences as (
    select * from {{ ref('metric_user_occurrences') }}
),

definitions as (
    select * from {{ ref('stg_strata__retention_definitions') }}
),

conditions as (
    select * from {{ ref('stg_strata__named_events') }}
),

touched as (
    select * from {{ ref('metric_touched_starters') }}
),

-- What starts, and what would have been the first of its name without the filter, or
-- without the conditions of a named event; a blank name is any event.
asked as (
    select
        definitions.*,
        definitions.start_code as event_code,
        true as is_start
    from definitions
    union all
    select
        definitions.*,
        definitions.start_event as event_code,
        false as is_start
    from definitions
    where
        definitions.start_scope = 'first_of_event'
        and definitions.start_event != definitions.start_code
    union all
    select
        definitions.*,
        coalesce(nullif(conditions.event_name, 'any'), '') as event_code,
        false as is_start
    from definitions
    inner join conditions on definitions.start_event = conditions.event_code
    where definitions.start_scope = 'first_of_event'
),

candidates as (
    select
        asked.definition_code,
        asked.start_scope,
        asked.clock,
        asked.grain,
        asked.is_start,
        occurrences.user_key,
        occurrences.event_date,
        occurrences.first_at,
        case when asked.clock = 'rolling_hour' then occurrences.hour_at
            else occurrences.first_at
        end as clock_at
    from occurrences
    inner join asked on occurrences.event_code = asked.event_code
    {% if is_incremental() %}
        inner join touched
            on
                asked.definition_code = touched.definition_code
                and occurrences.user_key = touched.user_key
                and occurrences.event_date >= touched.from_date
    {% endif %}
),

firsts as (
    select
        candidates.definition_code,
        candidates.clock,
        candidates.grain,
        candidates.user_key,
        min(case when candidates.is_start then candidates.event_date end)
            as started_date,
        min(case when candidates.is_start then candidates.clock_at end) as clock_at
    from candidates
    where candidates.start_scope != 'every'
    group by
        candidates.definition_code,
        candidates.start_scope,
        candidates.clock,
        candidates.grain,
        candidates.user_key
    having
        candidates.start_scope = 'first_ever'
        or min(case when candidates.is_start then candidates.first_at end)
        = min(candidates.first_at)
),

started as (
    select
        firsts.definition_code,
        firsts.clock,
        {{ strata__period_of('firsts.grain', 'firsts.started_date') }} as cohort_date,
        {{ strata__period_hour('firsts.grain', 'firsts.clock_at') }} as cohort_hour,
        firsts.user_key,
        firsts.started_date,
        firsts.clock_at
    from firsts
    union all
    select
        candidates.definition_code,
        candidates.clock,
        {{ strata__period_of('candidates.grain', 'candidates.event_date') }}
            as cohort_date,
        {{ strata__period_hour('candidates.grain', 'candidates.clock_at') }}
            as cohort_hour,
        candidates.user_key,
        min(candidates.event_date) as started_date,
        min(candidates.clock_at) as clock_at
    from candidates
    where candidates.start_scope = 'every'
    group by
        candidates.definition_code,
        candidates.clock,
        {{ strata__period_of('candidates.grain', 'candidates.event_date') }},
        {{ strata__period_hour('candidates.grain', 'candidates.clock_at') }},
        candidates.user_key
),

final as (
    select
        started.definition_code,
        started.cohort_date,
        started.cohort_hour,
        started.user_key,
        started.started_date,
        case
            when started.clock = 'calendar' then cast(started.cohort_date as timestamp)
            else started.clock_at
        end as counts_from_at
    from started
)

select * from final
