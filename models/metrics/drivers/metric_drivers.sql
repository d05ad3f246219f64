with sums as (
    select * from {{ ref('metric_driver_sums') }}
),

rates as (
    select * from {{ ref('metric_driver_rates') }}
),

flows as (
    select * from {{ ref('metric_driver_flows') }}
),

factors as (
    select * from {{ ref('metric_driver_factors') }}
),

quality as (
    select * from {{ ref('metric_driver_quality') }}
),

parts as (
    select * from sums
    union all
    select * from rates
    union all
    select * from flows
    union all
    select * from factors
),

compared as (
    select
        parts.*,
        cast(null as bigint) as severity,
        totals.contribution as total_change
    from parts
    inner join parts as totals
        on
            parts.date = totals.date
            and parts.metric = totals.metric
            and parts.comparison = totals.comparison
            and totals.dimension = 'all'
),

-- The state of the data comes first; it is no part of the change.
told as (
    select compared.*
    from compared
    union all
    select
        quality.date,
        quality.metric,
        quality.comparison,
        'data_quality' as dimension,
        quality.member,
        quality.before,
        quality.after,
        cast(null as double) as contribution,
        cast(null as double) as mix_effect,
        cast(null as double) as rate_effect,
        cast(null as bigint) as before_numerator,
        cast(null as bigint) as before_denominator,
        cast(null as bigint) as after_numerator,
        cast(null as bigint) as after_denominator,
        quality.severity,
        cast(null as double) as total_change
    from quality
),

-- Adding 0 makes a zero of a negative one.
final as (
    select
        told.date,
        told.metric,
        told.comparison,
        told.dimension,
        case told.dimension
            when 'data_quality' then cast(1 as bigint)
            when 'all' then 2
            when 'lifecycle' then 3
            when 'factor' then 4
            when 'channel' then 5
            when 'platform' then 6
            when 'region' then 7
            when 'tier' then 8
            else 9
        end as dimension_rank,
        told.member,
        row_number() over (
            partition by told.date, told.metric, told.comparison, told.dimension
            order by
                told.severity asc nulls last,
                {{ strata__rounded(
                    'abs(coalesce(told.contribution, 0))', 9
                ) }} desc,
                told.member asc
        ) as member_rank,
        told.before,
        told.after,
        told.contribution + 0 as contribution,
        told.mix_effect + 0 as mix_effect,
        told.rate_effect + 0 as rate_effect,
        (told.contribution / nullif(told.total_change, 0)) + 0 as share_of_change,
        coalesce(
            sign({{ strata__rounded('told.contribution', 12) }})
            * sign({{ strata__rounded('told.total_change', 12) }}) < 0,
            false
        ) as is_offset,
        told.dimension != 'data_quality' as is_additive,
        told.before_numerator,
        told.before_denominator,
        told.after_numerator,
        told.after_denominator
    from told
)

select * from final
