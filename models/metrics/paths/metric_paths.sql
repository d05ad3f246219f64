with steps as (
    select * from {{ ref('metric_path_shown_steps') }}
),

definitions as (
    select * from {{ ref('stg_strata__path_definitions') }}
),

paths as (
    select
        steps.path_code,
        steps.path_key,
        min(steps.user_key) as user_key,
        bool_or(steps.is_converted) as is_converted,
        {{ strata__text_array('steps.node', ['steps.step_number']) }} as nodes,
        {{ strata__text_list('steps.node', ['steps.step_number'], ' > ') }} as path,
        {{ strata__seconds_between('min(steps.reached_at)', 'max(steps.reached_at)') }}
            as seconds
    from steps
    group by steps.path_code, steps.path_key
),

counted as (
    select
        paths.path_code,
        paths.nodes,
        count(*) as sessions
    from paths
    group by paths.path_code, paths.nodes
),

ranked as (
    select
        counted.path_code,
        counted.nodes,
        least(
            row_number() over (
                partition by counted.path_code
                order by counted.sessions desc, counted.nodes asc
            ),
            coalesce(definitions.path_limit, 999999999) + 1
        ) as path_rank,
        coalesce(definitions.path_limit, 999999999) as path_limit
    from counted
    inner join definitions on counted.path_code = definitions.path_code
),

-- What comes after the limit is one row, so that all paths are counted.
final as (
    select
        ranked.path_code,
        ranked.path_rank,
        case
            when ranked.path_rank > ranked.path_limit then '(other)'
            else min(paths.path)
        end as path,
        case when ranked.path_rank <= ranked.path_limit then min(paths.nodes) end
            as nodes,
        count(*) as sessions,
        count(distinct paths.user_key) as users,
        count(*) filter (where paths.is_converted) as conversions,
        cast(count(*) filter (where paths.is_converted) as double) / count(*)
            as conversion_rate,
        cast(
            percentile_cont(0.5) within group (order by paths.seconds) as double
        ) as median_seconds
    from paths
    inner join ranked
        on paths.path_code = ranked.path_code and paths.nodes = ranked.nodes
    group by ranked.path_code, ranked.path_rank, ranked.path_limit
)

select * from final
