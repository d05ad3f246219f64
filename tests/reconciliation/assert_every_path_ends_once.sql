-- The paths that are ranked are those that end somewhere, and as many set out.
with paths as (
    select
        path_code,
        sum(sessions) as sessions
    from {{ ref('metric_paths') }}
    group by path_code
),

exits as (
    select
        path_code,
        sum(exits) as sessions
    from {{ ref('metric_path_exits') }}
    group by path_code
),

steps as (
    select
        path_code,
        step_number,
        sum(sessions) as sessions
    from {{ ref('metric_path_edges') }}
    group by path_code, step_number
)

select
    paths.path_code,
    paths.sessions,
    exits.sessions as ended_sessions,
    steps.sessions as moved_sessions
from paths
full outer join exits on paths.path_code = exits.path_code
left join steps on paths.path_code = steps.path_code
where
    paths.sessions is distinct from exits.sessions
    or steps.sessions > paths.sessions
