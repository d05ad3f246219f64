with steps as (
    select *
    from {{ strata__touched(
        ref('metric_path_steps'), ref('metric_touched_paths'), ['unit', 'scope_key']
    ) }}
),

-- A mark that no name holds keeps paths of other nodes apart.
final as (
    select
        steps.path_code,
        steps.unit,
        min(steps.scope_key) as scope_key,
        steps.path_key,
        min(steps.user_key) as user_key,
        min(steps.path_date) as path_date,
        {{ strata__text_list(
            'steps.shown_node || chr(31)', ['steps.step_number'], ''
        ) }} as trail,
        cast({{ strata__seconds_between(
            'min(steps.reached_at)', 'max(steps.reached_at)'
        ) }} as double) as seconds,
        bool_or(steps.is_converted) as is_converted
    from steps
    where steps.step_number is not null
    group by steps.path_code, steps.unit, steps.path_key
)

select * from final
