with attempts as (
    select * from {{ ref('metric_funnel_attempts') }}
),

funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

counted as (
    select
        attempts.funnel_code,
        attempts.breakdown,
        count(distinct attempts.unit_key) as users
    from attempts
    where not attempts.is_dropped
    group by attempts.funnel_code, attempts.breakdown
),

ranked as (
    select
        counted.*,
        row_number() over (
            partition by counted.funnel_code
            order by counted.users desc, counted.breakdown asc
        ) as breakdown_rank
    from counted
),

final as (
    select
        ranked.funnel_code,
        ranked.breakdown,
        case
            when ranked.breakdown_rank <= funnels.breakdown_limit then ranked.breakdown
            else '(other)'
        end as shown_breakdown
    from ranked
    inner join funnels on ranked.funnel_code = funnels.funnel_code
    where funnels.breakdown_property is not null
    union all
    select
        funnels.funnel_code,
        'all' as breakdown,
        'all' as shown_breakdown
    from funnels
)

select * from final
