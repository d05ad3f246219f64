with days as (
    select * from {{ ref('core_touched_days') }}
),

definitions as (
    select * from {{ ref('stg_strata__retention_definitions') }}
),

standing as (
    select * from {{ strata__previous('metric_retention_starts') }}
),

firsts as (
    select
        days.user_key,
        min(days.activity_date) as from_date
    from days
    group by days.user_key
),

-- A first start moves only if something changed on its day or before; of every start
-- those from the change on may.
final as (
    select
        definitions.definition_code,
        firsts.user_key,
        case
            when definitions.start_scope = 'every'
                then {{ strata__period_of('definitions.grain', 'firsts.from_date') }}
            else cast('1900-01-01' as date)
        end as from_date,
        {{ strata__period_of('definitions.grain', 'firsts.from_date') }}
            as returns_from_date
    from firsts
    cross join definitions
    left join standing
        on
            definitions.start_scope != 'every'
            and definitions.definition_code = standing.definition_code
            and firsts.user_key = standing.user_key
    where
        definitions.start_scope = 'every'
        or standing.started_date is null
        or firsts.from_date <= standing.started_date
)

select * from final
