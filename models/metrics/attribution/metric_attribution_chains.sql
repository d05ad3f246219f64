with transitions as (
    select * from {{ ref('metric_attribution_transitions') }}
),

channels as (
    select
        visited.*,
        row_number() over (
            partition by visited.definition_code, visited.model_code
            order by visited.channel
        ) as number
    from (
        select distinct -- a channel is reached from several states
            transitions.definition_code,
            transitions.model_code,
            transitions.to_state as channel
        from transitions
        where transitions.to_state not in ('(conversion)', '(null)')
    ) as visited
),

-- State 0 is the start as a row and the conversion as a column; who is lost has none.
states as (
    select
        channels.definition_code,
        channels.model_code,
        channels.number,
        channels.channel as from_state,
        channels.channel as to_state
    from channels
    union all
    select
        channels.definition_code,
        channels.model_code,
        0 as number,
        '(start)' as from_state,
        '(conversion)' as to_state
    from channels
    where channels.number = 1
),

-- The chain as it is, and once without each channel: who would go there is lost.
final as (
    select
        removed.definition_code,
        removed.model_code,
        case when removed.number = 0 then '(none)' else removed.to_state end
            as removed_channel,
        cast(round(sqrt(count(*))) as bigint) as size,
        {{ strata__text_array(
            'case when removed.number = tos.number and removed.number > 0 then 0 '
            ~ 'else coalesce(transitions.transition_rate, 0) end',
            ['froms.number', 'tos.number']
        ) }} as matrix
    from states as removed
    inner join states as froms
        on
            removed.definition_code = froms.definition_code
            and removed.model_code = froms.model_code
    inner join states as tos
        on
            removed.definition_code = tos.definition_code
            and removed.model_code = tos.model_code
    left join transitions
        on
            removed.definition_code = transitions.definition_code
            and removed.model_code = transitions.model_code
            and froms.from_state = transitions.from_state
            and tos.to_state = transitions.to_state
    group by
        removed.definition_code,
        removed.model_code,
        removed.number,
        removed.to_state
)

select * from final
