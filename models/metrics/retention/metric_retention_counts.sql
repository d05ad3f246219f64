with lives as (
    select * from {{ ref('metric_retention_lives') }}
),

members as (
    select * from {{ ref('metric_retention_members') }}
),

returns as (
    select * from {{ ref('metric_retention_returns') }}
),

spans as (
    select * from {{ ref('metric_retention_spans') }}
),

definitions as (
    select * from {{ ref('stg_strata__retention_definitions') }}
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

counted as (
    select
        returns.definition_code,
        returns.cohort_date,
        cast(0 as bigint) as cohort_hour,
        'all' as dimension,
        'all' as member,
        cast(returns.cohort_date as timestamp) as counts_from_at,
        {{ strata__periods_between(
            'definitions.grain', 'returns.cohort_date', 'returns.return_date'
        ) }} as from_number,
        {{ strata__periods_between(
            'definitions.grain', 'returns.cohort_date', 'returns.return_date'
        ) }} as to_number,
        returns.returned_users as users
    from returns
    inner join definitions on returns.definition_code = definitions.definition_code
    union all
    select
        spans.definition_code,
        spans.cohort_date,
        spans.cohort_hour,
        'all' as dimension,
        'all' as member,
        spans.counts_from_at,
        spans.from_number,
        spans.to_number,
        count(*) as users
    from spans
    group by
        spans.definition_code,
        spans.cohort_date,
        spans.cohort_hour,
        spans.counts_from_at,
        spans.from_number,
        spans.to_number
    union all
    select
        spans.definition_code,
        spans.cohort_date,
        spans.cohort_hour,
        dimensions.dimension,
        case dimensions.dimension
            when 'channel' then members.channel
            when 'platform' then members.platform
            when 'country' then members.country
            when 'tier' then members.tier
        end as member,
        spans.counts_from_at,
        spans.from_number,
        spans.to_number,
        count(*) as users
    from spans
    inner join members
        on
            spans.definition_code = members.definition_code
            and spans.cohort_date = members.cohort_date
            and spans.cohort_hour = members.cohort_hour
            and spans.user_key = members.user_key
    cross join dimensions
    group by
        spans.definition_code,
        spans.cohort_date,
        spans.cohort_hour,
        spans.counts_from_at,
        spans.from_number,
        spans.to_number,
        dimensions.dimension,
        case dimensions.dimension
            when 'channel' then members.channel
            when 'platform' then members.platform
            when 'country' then members.country
            when 'tier' then members.tier
        end
),

-- Persons of one moment have equal lives.
final as (
    select
        counted.definition_code,
        counted.cohort_date,
        counted.cohort_hour,
        counted.dimension,
        counted.member,
        counted.from_number,
        counted.to_number,
        lives.complete_periods,
        cast(sum(counted.users) as bigint) as users
    from counted
    inner join lives
        on
            counted.definition_code = lives.definition_code
            and counted.cohort_date = lives.cohort_date
            and counted.cohort_hour = lives.cohort_hour
            and counted.dimension = lives.dimension
            and counted.member = lives.member
            and counted.counts_from_at = lives.counts_from_at
    group by
        counted.definition_code,
        counted.cohort_date,
        counted.cohort_hour,
        counted.dimension,
        counted.member,
        counted.from_number,
        counted.to_number,
        lives.complete_periods
)

select * from final
