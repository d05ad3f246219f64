-- Tables are named where they are used: what is imported twice would be kept whole.
with tries as (
    select * from {{ ref('metric_funnel_tries') }}
),

matches as (
    select * from {{ ref('metric_funnel_matches') }}
),

touches as (
    select * from {{ ref('metric_funnel_touches') }}
),

funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

-- Who and where; without an order an event may serve several steps.
entries as (
    select
        events.funnel_code,
        events.event_key,
        events.unit_key,
        events.user_key,
        events.session_key,
        events.platform,
        events.product_id
    from {{ strata__touched(
        ref('metric_funnel_events'),
        ref('metric_touched_funnel_units'),
        ['funnel_code', 'unit_key']
    ) }} as events
    inner join funnels on events.funnel_code = funnels.funnel_code
    where
        events.role = 'step'
        and events.step_number = 1
        and funnels.order_mode != 'any'
    union all
    select distinct
        events.funnel_code,
        events.event_key,
        events.unit_key,
        events.user_key,
        events.session_key,
        events.platform,
        events.product_id
    from {{ strata__touched(
        ref('metric_funnel_events'),
        ref('metric_touched_funnel_units'),
        ['funnel_code', 'unit_key']
    ) }} as events
    inner join funnels on events.funnel_code = funnels.funnel_code
    where events.role = 'step' and funnels.order_mode = 'any'
),

parts as (
    select distinct
        matches.funnel_code,
        matches.chain_key,
        matches.part
    from matches
    inner join funnels on matches.funnel_code = funnels.funnel_code
    where
        funnels.breakdown_property is not null
        and funnels.breakdown_attribution in ('all_events', 'step')
),

told as (
    select
        tries.*,
        entries.unit_key,
        entries.user_key,
        entries.session_key,
        entries.platform,
        entries.product_id,
        case
            when funnels.breakdown_property is null then 'all'
            else coalesce(parts.part, touches.breakdown, '(none)')
        end as breakdown
    from tries
    inner join funnels on tries.funnel_code = funnels.funnel_code
    inner join entries
        on
            tries.funnel_code = entries.funnel_code
            and tries.event_key = entries.event_key
    left join parts
        on
            tries.funnel_code = parts.funnel_code
            and tries.chain_key = parts.chain_key
    left join touches
        on
            entries.funnel_code = touches.funnel_code
            and entries.unit_key = touches.unit_key
),

-- Entries of one moment share their numbers.
numbered as (
    select
        told.*,
        dense_rank() over (
            partition by told.funnel_code, told.unit_key, told.breakdown
            order by told.entry_date, told.chain_key
        ) as attempt_number,
        dense_rank() over preferred as preference,
        rank() over preferred as first_choice,
        row_number() over (
            partition by told.funnel_code, told.unit_key
            order by
                told.tried_step desc,
                told.is_dropped asc,
                told.last_moment asc,
                case when told.is_any_order then told.moment_1 end asc,
                told.moment_1 desc,
                told.chain_key asc,
                told.platform asc,
                told.product_id asc nulls last,
                told.event_key asc
        ) as choice
    from told
    window preferred as (
        partition by told.funnel_code, told.unit_key
        order by
            told.tried_step desc,
            told.is_dropped asc,
            told.last_moment asc,
            case when told.is_any_order then told.moment_1 end asc,
            told.moment_1 desc,
            told.chain_key asc
    )
),

final as (
    select
        numbered.funnel_code,
        numbered.unit_key,
        numbered.chain_key,
        numbered.attempt_number,
        numbered.preference,
        numbered.breakdown,
        numbered.user_key,
        numbered.session_key,
        numbered.platform,
        numbered.product_id,
        numbered.entry_date,
        numbered.window_end_date,
        numbered.reached_step,
        numbered.tried_step,
        numbered.is_dropped,
        numbered.stop_reason,
        numbered.stopped_by,
        {{ strata__funnel_columns('numbered.moment_#') }}
    from numbered
    where numbered.choice = numbered.first_choice
)

select * from final
