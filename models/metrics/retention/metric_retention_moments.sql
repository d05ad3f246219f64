with starts as (
    select * from {{ strata__touched(
        ref('metric_retention_starts'), ref('core_touched_days'), ['user_key'], 'metric_retention_spans'
    ) }}
),

occurrences as (
    select * from {{ strata__touched(
        ref('metric_user_occurrences'), ref('core_touched_days'), ['user_key'], 'metric_retention_spans'
    ) }}
),

definitions as (
    select *
    from {{ ref('stg_strata__retention_definitions') }}
    where is_by_person
),

brackets as (
    select * from {{ ref('stg_strata__retention_brackets') }}
),

-- The first and the last occurrence of an hour tell all the periods that it has a
-- return in: none is shorter.
moments as (
    select
        occurrences.*,
        'rolling_hour' as clock,
        occurrences.hour_at as returned_at
    from occurrences
    union all
    select
        occurrences.*,
        'rolling' as clock,
        occurrences.first_at as returned_at
    from occurrences
    union all
    select
        occurrences.*,
        'rolling' as clock,
        occurrences.last_at as returned_at
    from occurrences
    where occurrences.last_at > occurrences.first_at
),

returns as (
    select
        starts.*,
        definitions.kind,
        occurrences.occurrence_count,
        {{ strata__periods_between(
            'definitions.grain',
            'starts.cohort_date',
            strata__period_of('definitions.grain', 'occurrences.event_date'),
            'starts.cohort_hour',
            strata__period_hour('definitions.grain', 'occurrences.hour_at')
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
        definitions.kind,
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

-- The hours of the day before the start are no periods, nor is what no bracket holds.
final as (
    select
        returns.definition_code,
        returns.cohort_date,
        returns.cohort_hour,
        returns.user_key,
        returns.counts_from_at,
        coalesce(brackets.bracket_number, returns.period_number) as period_number,
        returns.occurrence_count
    from returns
    left join brackets
        on
            returns.definition_code = brackets.definition_code
            and returns.period_number between brackets.from_period
            and brackets.to_period
    where
        returns.period_number >= 0
        and (returns.kind != 'bracket' or brackets.definition_code is not null)
)

select * from final
