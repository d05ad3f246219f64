with starts as (
    select * from {{ ref('metric_retention_starts') }}
),

user_event_days as (
    select * from {{ ref('metric_user_event_days') }}
),

definitions as (
    select * from {{ ref('stg_strata__retention_definitions') }}
),

dated as (
    select
        starts.definition_code,
        starts.cohort_date,
        starts.user_key,
        definitions.kind,
        definitions.grain,
        {{ strata__period_of('definitions.grain', 'user_event_days.event_date') }}
            as return_date
    from starts
    inner join definitions on starts.definition_code = definitions.definition_code
    inner join user_event_days
        on
            starts.user_key = user_event_days.user_key
            and definitions.return_event = user_event_days.event_name
            and starts.started_date <= user_event_days.event_date
),

-- A return in the period of the start is no return *by* a later period.
returns as (
    select distinct -- one row per day comes in, one per period goes out
        dated.definition_code,
        dated.cohort_date,
        dated.user_key,
        dated.kind,
        {{ strata__periods_between(
            'dated.grain', 'dated.cohort_date', 'dated.return_date'
        ) }}
            as period_number,
        dated.cohort_date = dated.return_date as is_start_period
    from dated
),

final as (
    select
        returns.definition_code,
        returns.cohort_date,
        returns.user_key,
        returns.period_number as from_number,
        returns.period_number as to_number
    from returns
    where returns.kind = 'on'
    union all
    select
        returns.definition_code,
        returns.cohort_date,
        returns.user_key,
        0 as from_number,
        max(returns.period_number) as to_number
    from returns
    where returns.kind = 'on_or_after'
    group by returns.definition_code, returns.cohort_date, returns.user_key
    union all
    select
        returns.definition_code,
        returns.cohort_date,
        returns.user_key,
        min(returns.period_number) as from_number,
        case when returns.is_start_period then 0 else 999999 end as to_number
    from returns
    where returns.kind = 'on_or_before'
    group by
        returns.definition_code,
        returns.cohort_date,
        returns.user_key,
        returns.is_start_period
)

select * from final
