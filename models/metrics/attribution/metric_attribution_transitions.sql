with paths as (
    select * from {{ ref('metric_attribution_paths') }}
),

models as (
    select * from {{ ref('stg_strata__attribution_models') }}
),

stops as (
    select * from {{ strata__numbered(
        'paths',
        ['definition_code', 'path', 'conversions', 'nulls'],
        'path',
        'channel',
        'place'
    ) }}
),

moves as (
    select
        stops.*,
        {{ strata__element('stops.path', 'stops.place - 1') }} as previous_channel,
        {{ strata__element('stops.path', 'stops.place + 1') }} as next_channel
    from stops
),

-- Paths share most of their steps, so what is left to count is little.
steps as (
    select
        moves.definition_code,
        moves.previous_channel,
        moves.channel,
        moves.next_channel is null as is_last,
        cast(sum(moves.conversions) as bigint) as conversions,
        cast(sum(moves.nulls) as bigint) as nulls
    from moves
    group by
        moves.definition_code,
        moves.previous_channel,
        moves.channel,
        moves.next_channel is null
),

-- How often each step was taken, with or without the paths that led nowhere.
taken as (
    select
        steps.definition_code,
        models.model_code,
        coalesce(steps.previous_channel, '(start)') as previous_state,
        steps.channel,
        steps.is_last,
        steps.conversions,
        case when models.null_paths = 'counted' then steps.nulls else 0 end as nulls
    from steps
    cross join models
    where models.method = 'markov'
),

counted as (
    select
        taken.definition_code,
        taken.model_code,
        taken.previous_state as from_state,
        taken.channel as to_state,
        taken.conversions + taken.nulls as transitions
    from taken
    union all
    select
        taken.definition_code,
        taken.model_code,
        taken.channel as from_state,
        '(conversion)' as to_state,
        taken.conversions as transitions
    from taken
    where taken.is_last
    union all
    select
        taken.definition_code,
        taken.model_code,
        taken.channel as from_state,
        '(null)' as to_state,
        taken.nulls as transitions
    from taken
    where taken.is_last
),

summed as (
    select
        counted.definition_code,
        counted.model_code,
        counted.from_state,
        counted.to_state,
        cast(sum(counted.transitions) as bigint) as transitions
    from counted
    where counted.transitions > 0
    group by
        counted.definition_code,
        counted.model_code,
        counted.from_state,
        counted.to_state
),

final as (
    select
        summed.definition_code,
        summed.model_code,
        summed.from_state,
        summed.to_state,
        summed.transitions,
        cast(summed.transitions as double) / sum(summed.transitions) over (
            partition by summed.definition_code, summed.model_code, summed.from_state
        ) as transition_rate
    from summed
)

select * from final
