with returns as (
    select * from {{ ref('metric_retention_moments') }}
),

definitions as (
    select * from {{ ref('stg_strata__retention_definitions') }}
),

-- A return in the period of the start is no return *by* a later period.
periods as (
    select
        returns.definition_code,
        returns.cohort_date,
        returns.cohort_hour,
        returns.user_key,
        returns.counts_from_at,
        returns.period_number,
        definitions.kind,
        case
            when definitions.kind in ('on', 'bracket') then returns.period_number
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
        returns.cohort_hour,
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
        periods.cohort_hour,
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
        periods.cohort_hour,
        periods.user_key,
        periods.counts_from_at,
        periods.kind,
        periods.span_number
)

select * from final
