with starts as (
    select * from {{ strata__touched(
        ref('metric_retention_starts'), ref('core_touched_days'), ['user_key']
    ) }}
),

occurrences as (
    select * from {{ strata__touched(
        ref('metric_user_occurrences'), ref('core_touched_days'), ['user_key']
    ) }}
),

definitions as (
    select *
    from {{ ref('stg_strata__retention_definitions') }}
    where is_by_person
),

-- An hour is shorter than any period, so that its first and last occurrence tell all
-- the periods that it has a return in.
moments as (
    select
        occurrences.user_key,
        occurrences.event_code,
        occurrences.occurrence_count,
        'rolling_hour' as clock,
        occurrences.hour_at as returned_at
    from occurrences
    union all
    select
        occurrences.user_key,
        occurrences.event_code,
        occurrences.occurrence_count,
        'rolling' as clock,
        occurrences.first_at as returned_at
    from occurrences
    union all
    select
        occurrences.user_key,
        occurrences.event_code,
        occurrences.occurrence_count,
        'rolling' as clock,
        occurrences.last_at as returned_at
    from occurrences
    where occurrences.last_at > occurrences.first_at
),

returns as (
    select
        starts.*,
        occurrences.occurrence_count,
        {{ strata__periods_between(
            'definitions.grain',
            'starts.cohort_date',
            strata__period_of('definitions.grain', 'occurrences.event_date')
        ) }} as period_number
    from starts
    inner join definitions on starts.definition_code = definitions.definition_code
    inner join occurrences
        on
            starts.user_key = occurrences.user_key
            and definitions.return_code = occurrences.event_code
            and starts.started_date <= occurrences.event_date
    where definitions.clock = 'calendar'
    union all
    select
        starts.*,
        moments.occurrence_count,
        cast(floor(
            {{ strata__seconds_between(
                'starts.counts_from_at', 'moments.returned_at'
            ) }} / definitions.period_seconds
        ) as bigint) as period_number
    from starts
    inner join definitions on starts.definition_code = definitions.definition_code
    inner join moments
        on
            starts.user_key = moments.user_key
            and definitions.return_code = moments.event_code
            and definitions.clock = moments.clock
            and starts.counts_from_at <= moments.returned_at
),

-- A return in the period of the start is no return *by* a later period.
periods as (
    select
        returns.definition_code,
        returns.cohort_date,
        returns.user_key,
        returns.counts_from_at,
        returns.period_number,
        definitions.kind,
        case
            when definitions.kind = 'on' then returns.period_number
            when definitions.kind = 'on_or_before' and returns.period_number > 0 then 1
            else 0
        end as span_number
    from returns
    inner join definitions on returns.definition_code = definitions.definition_code
    where
        definitions.kind = 'on_or_after'
        or returns.period_number <= definitions.periods
    group by
        returns.definition_code,
        returns.cohort_date,
        returns.user_key,
        returns.counts_from_at,
        returns.period_number,
        definitions.kind,
        definitions.minimum_returns
    having
        definitions.minimum_returns = 1
        or sum(returns.occurrence_count) >= definitions.minimum_returns
),

final as (
    select
        periods.definition_code,
        periods.cohort_date,
        periods.user_key,
        periods.counts_from_at,
        case periods.kind
            when 'on_or_after' then 0 else min(periods.period_number)
        end as from_number,
        case
            when periods.kind = 'on_or_before' and periods.span_number = 1 then 999999
            else max(periods.period_number)
        end as to_number
    from periods
    group by
        periods.definition_code,
        periods.cohort_date,
        periods.user_key,
        periods.counts_from_at,
        periods.kind,
        periods.span_number
)

select * from final
