with starts as (
    select * from {{ ref('metric_retention_starts') }}
),

members as (
    select * from {{ ref('metric_retention_members') }}
),

definitions as (
    select * from {{ ref('stg_strata__retention_definitions') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

dimensions as (
    select 'channel' as dimension
    union all
    select 'platform' as dimension
    union all
    select 'country' as dimension
    union all
    select 'tier' as dimension
),

started as (
    select
        starts.definition_code,
        starts.cohort_date,
        starts.cohort_hour,
        'all' as dimension,
        'all' as member,
        starts.counts_from_at
    from starts
    union all
    select
        members.definition_code,
        members.cohort_date,
        members.cohort_hour,
        dimensions.dimension,
        case dimensions.dimension
            when 'channel' then members.channel
            when 'platform' then members.platform
            when 'country' then members.country
            when 'tier' then members.tier
        end as member,
        members.counts_from_at
    from members
    cross join dimensions
),

grouped as (
    select
        started.definition_code,
        started.cohort_date,
        started.cohort_hour,
        started.dimension,
        started.member,
        started.counts_from_at,
        count(*) as users
    from started
    group by
        started.definition_code,
        started.cohort_date,
        started.cohort_hour,
        started.dimension,
        started.member,
        started.counts_from_at
),

lived as (
    select
        grouped.*,
        definitions.grain,
        definitions.clock,
        clock.as_of_date,
        {{ strata__seconds_between(
            'grouped.counts_from_at',
            strata__business_midnight(strata__add_days('clock.as_of_date', 1))
        ) }} / definitions.period_seconds as lived_periods
    from grouped
    inner join definitions on grouped.definition_code = definitions.definition_code
    cross join clock
),

-- Periods that have begun, and those that are over, by the end of the as-of day.
final as (
    select
        lived.definition_code,
        lived.cohort_date,
        lived.cohort_hour,
        lived.dimension,
        lived.member,
        lived.counts_from_at,
        lived.users,
        case
            when lived.clock = 'calendar' then {{ strata__periods_between(
                'lived.grain',
                'lived.cohort_date',
                strata__period_of('lived.grain', 'lived.as_of_date'),
                'lived.cohort_hour',
                '23'
            ) }} + 1
            else cast(ceil(lived.lived_periods) as bigint)
        end as begun_periods,
        case
            when lived.clock = 'calendar' then {{ strata__periods_between(
                'lived.grain',
                'lived.cohort_date',
                strata__period_of(
                    'lived.grain', strata__add_days('lived.as_of_date', 1)
                ),
                'lived.cohort_hour'
            ) }}
            else cast(floor(lived.lived_periods) as bigint)
        end as complete_periods
    from lived
)

select * from final
