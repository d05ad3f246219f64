with paths as (
    select * from {{ ref('metric_attribution_paths') }}
),

models as (
    select * from {{ ref('stg_strata__attribution_models') }}
),

-- How often each path was walked, with or without those that led nowhere.
walked as (
    select
        paths.definition_code,
        models.model_code,
        paths.path,
        paths.conversions,
        case when models.null_paths = 'counted' then paths.nulls else 0 end as nulls
    from paths
    cross join models
    where models.method = 'markov'
),

stops as (
    select * from {{ strata__numbered(
        'walked',
        ['definition_code', 'model_code', 'path', 'conversions', 'nulls'],
        'path',
        'channel',
        'place'
    ) }}
),

moves as (
    select
        stops.*,
        lag(stops.channel) over (
            partition by stops.definition_code, stops.model_code, stops.path
            order by stops.place
        ) as previous_channel,
        lead(stops.channel) over (
            partition by stops.definition_code, stops.model_code, stops.path
            order by stops.place
        ) as next_channel
    from stops
),

counted as (
    select
        moves.definition_code,
        moves.model_code,
        coalesce(moves.previous_channel, '(start)') as from_state,
        moves.channel as to_state,
        moves.conversions + moves.nulls as transitions
    from moves
    union all
    select
        moves.definition_code,
        moves.model_code,
        moves.channel as from_state,
        '(conversion)' as to_state,
        moves.conversions as transitions
    from moves
    where moves.next_channel is null
    union all
    select
        moves.definition_code,
        moves.model_code,
        moves.channel as from_state,
        '(null)' as to_state,
        moves.nulls as transitions
    from moves
    where moves.next_channel is null
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
