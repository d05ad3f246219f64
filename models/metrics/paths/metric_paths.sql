with steps as (
    select * from {{ ref('metric_path_shown_steps') }}
),

trails as (
    select * from {{ ref('metric_path_trails') }}
),

definitions as (
    select * from {{ ref('stg_strata__path_definitions') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

paths as (
    select trails.*
    from trails
    inner join definitions on trails.path_code = definitions.path_code
    cross join clock
    where {{ strata__is_recent('trails.path_date', 'definitions.days', 'clock') }}
),

counted as (
    select
        paths.path_code,
        paths.trail,
        min(paths.path_key) as path_key,
        count(*) as sessions
    from paths
    group by paths.path_code, paths.trail
),

ranked as (
    select
        counted.*,
        definitions.path_limit,
        row_number() over (
            partition by counted.path_code
            order by counted.sessions desc, counted.trail asc
        ) as trail_rank
    from counted
    inner join definitions on counted.path_code = definitions.path_code
),

limited as (
    select
        ranked.*,
        ranked.trail_rank > coalesce(ranked.path_limit, ranked.trail_rank) as is_other
    from ranked
),

-- What comes after the limit is one row, so that all paths are counted.
summed as (
    select
        limited.path_code,
        min(limited.trail_rank) as path_rank,
        count(*) as sessions,
        count(distinct paths.user_key) as users,
        count(*) filter (where paths.is_converted) as conversions,
        cast(
            percentile_cont(0.5) within group (order by paths.seconds) as double
        ) as median_seconds
    from paths
    inner join limited
        on paths.path_code = limited.path_code and paths.trail = limited.trail
    group by
        limited.path_code,
        case when limited.is_other then 0 else limited.trail_rank end
),

named as (
    select
        limited.path_code,
        limited.trail_rank,
        {{ strata__text_list('steps.node', ['steps.step_number'], ' > ') }} as path,
        {{ strata__text_array('steps.node', ['steps.step_number']) }} as nodes
    from limited
    inner join steps
        on limited.path_code = steps.path_code and limited.path_key = steps.path_key
    where not limited.is_other
    group by limited.path_code, limited.trail_rank
),

final as (
    select
        summed.path_code,
        summed.path_rank,
        coalesce(named.path, '(other)') as path,
        named.nodes,
        summed.sessions,
        summed.users,
        summed.conversions,
        cast(summed.conversions as double) / summed.sessions as conversion_rate,
        summed.median_seconds
    from summed
    left join named
        on summed.path_code = named.path_code and summed.path_rank = named.trail_rank
)

select * from final
