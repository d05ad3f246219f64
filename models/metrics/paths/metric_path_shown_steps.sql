with steps as (
    select * from {{ ref('metric_path_steps') }}
),

definitions as (
    select * from {{ ref('stg_strata__path_definitions') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

final as (
    select
        steps.path_code,
        steps.path_key,
        steps.user_key,
        steps.step_number,
        steps.shown_node as node,
        steps.next_node,
        steps.next_seconds,
        steps.is_converted
    from steps
    inner join definitions on steps.path_code = definitions.path_code
    cross join clock
    where
        steps.step_number is not null
        and {{ strata__is_recent('steps.path_date', 'definitions.days', 'clock') }}
)

select * from final
