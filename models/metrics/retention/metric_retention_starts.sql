with occurrences as (
    select * from {{ ref('metric_user_occurrences') }}
),

definitions as (
    select * from {{ ref('stg_strata__retention_definitions') }}
),

touched as (
    select * from {{ ref('metric_touched_starters') }}
),

-- What starts, and what would have been the first of its name without the filter.
asked as (
    select
        definitions.definition_code,
        definitions.start_code as event_code,
        true as is_start
    from definitions
    union all
    select
        definitions.definition_code,
        definitions.start_event as event_code,
        false as is_start
    from definitions
    where
        definitions.start_scope = 'first_of_event'
        and definitions.start_event != definitions.start_code
),

candidates as (
    select
        asked.definition_code,
        asked.is_start,
        occurrences.user_key,
        occurrences.event_date,
        occurrences.hour_at,
        occurrences.first_at,
        min(case when asked.is_start then occurrences.event_date end) over (
            partition by asked.definition_code, occurrences.user_key
        ) as first_date,
        min(occurrences.first_at) over (
            partition by asked.definition_code, occurrences.user_key
        ) as first_of_event_at
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

start_days as (
    select
        candidates.*,
        definitions.clock,
        {{ strata__period_of('definitions.grain', 'candidates.event_date') }}
            as cohort_date
    from candidates
    inner join definitions on candidates.definition_code = definitions.definition_code
    where
        candidates.is_start
        and case definitions.start_scope
            when 'every' then true
            when 'first_ever' then candidates.event_date = candidates.first_date
            else candidates.first_at = candidates.first_of_event_at
        end
),

final as (
    select
        start_days.definition_code,
        start_days.cohort_date,
        start_days.user_key,
        min(start_days.event_date) as started_date,
        min(case start_days.clock
            when 'calendar' then cast(start_days.cohort_date as timestamp)
            when 'rolling' then start_days.first_at
            when 'rolling_hour' then start_days.hour_at
        end) as counts_from_at
    from start_days
    group by
        start_days.definition_code, start_days.cohort_date, start_days.user_key
)

select * from final
