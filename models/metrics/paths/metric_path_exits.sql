with steps as (
    select * from {{ ref('metric_path_steps') }}
),

definitions as (
    select * from {{ ref('stg_strata__path_definitions') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

-- The whole path counts, not only the steps that are shown.
counted as (
    select
        steps.path_code,
        steps.node,
        count(*) as views,
        count(*) filter (where steps.is_first_visit) as sessions,
        count(distinct steps.user_key) as users,
        count(*) filter (where steps.node_number = steps.node_count) as exits,
        count(*) filter (
            where steps.node_number = steps.node_count and not steps.is_converted
        ) as unconverted_exits
    from steps
    inner join definitions on steps.path_code = definitions.path_code
    cross join clock
    where {{ strata__is_recent('steps.path_date', 'definitions.days', 'clock') }}
    group by steps.path_code, steps.node
),

final as (
    select
        counted.path_code,
        counted.node,
        counted.views,
        counted.sessions,
        counted.users,
        counted.exits,
        counted.unconverted_exits,
        cast(counted.exits as double) / counted.sessions as exit_rate,
        cast(
            counted.exits
            / sum(cast(counted.exits as double)) over (partition by counted.path_code)
            as double
        ) as exit_share,
        row_number() over (
            partition by counted.path_code order by counted.exits desc, counted.node asc
        ) as exit_rank
    from counted
)

select * from final
