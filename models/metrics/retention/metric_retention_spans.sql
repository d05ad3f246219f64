with starts as (
    select * from {{ strata__touched(
        ref('metric_retention_starts'), ref('core_touched_days'), ['user_key']
    ) }}
),

user_event_days as (
    select * from {{ strata__touched(
        ref('metric_user_event_days'), ref('core_touched_days'), ['user_key']
    ) }}
),

definitions as (
    select *
    from {{ ref('stg_strata__retention_definitions') }}
    where kind in ('on_or_after', 'on_or_before')
),

-- A return in the period of the start is no return *by* a later period.
returns as (
    select
        starts.definition_code,
        starts.cohort_date,
        starts.user_key,
        definitions.kind,
        {{ strata__periods_between(
            'definitions.grain',
            'starts.cohort_date',
            strata__period_of('definitions.grain', 'user_event_days.event_date')
        ) }} as period_number
    from starts
    inner join definitions on starts.definition_code = definitions.definition_code
    inner join user_event_days
        on
            starts.user_key = user_event_days.user_key
            and definitions.return_event = user_event_days.event_name
            and starts.started_date <= user_event_days.event_date
),

final as (
    select
        returns.definition_code,
        returns.cohort_date,
        returns.user_key,
        cast(0 as bigint) as from_number,
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
        cast(case when returns.period_number = 0 then 0 else 999999 end as bigint)
            as to_number
    from returns
    where returns.kind = 'on_or_before'
    group by
        returns.definition_code,
        returns.cohort_date,
        returns.user_key,
        case when returns.period_number = 0 then 0 else 999999 end
)

select * from final
