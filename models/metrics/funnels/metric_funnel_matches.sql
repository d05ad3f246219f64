with events as (
    select * from {{ strata__touched(
        ref('metric_funnel_events'),
        ref('metric_touched_funnel_units'),
        ['funnel_code', 'unit_key'],
        'metric_funnel_attempts'
    ) }}
),

funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

firsts as (
    select
        events.*,
        min(
            case
                when events.is_match or events.occurrence = 'first_ever'
                    then events.event_at
            end
        ) over (
            partition by
                events.funnel_code, events.role, events.step_number, events.user_key
        ) as first_at
    from events
    where events.occurrence != 'every'
),

standing as (
    select
        events.*,
        events.event_at as first_at
    from events
    where events.occurrence = 'every'
    union all
    select firsts.*
    from firsts
    where firsts.is_match and firsts.event_at = firsts.first_at
),

-- By the attribution `step` a unit is tried once for each value of that step; without
-- an order any step may be the first one done.
parts as (
    select distinct
        standing.funnel_code,
        standing.unit_key,
        coalesce(standing.breakdown, '(none)') as part
    from standing
    inner join funnels
        on
            standing.funnel_code = funnels.funnel_code
            and (
                standing.step_number = funnels.breakdown_step
                or funnels.order_mode = 'any'
            )
    where
        standing.role = 'step'
        and funnels.breakdown_attribution = 'step'
        and funnels.breakdown_property is not null
),

parted as (
    select
        standing.*,
        case
            when funnels.breakdown_property is null then null
            when funnels.breakdown_attribution = 'all_events'
                then coalesce(standing.breakdown, '(none)')
            when funnels.breakdown_attribution = 'step' then parts.part
        end as part,
        (
            funnels.order_mode != 'any'
            or parts.part is null
            or coalesce(standing.breakdown, '(none)') = parts.part
        ) as is_opener
    from standing
    inner join funnels on standing.funnel_code = funnels.funnel_code
    left join parts
        on
            standing.funnel_code = parts.funnel_code
            and standing.unit_key = parts.unit_key
            and (
                standing.role != 'step'
                or standing.step_number != funnels.breakdown_step
                or funnels.order_mode = 'any'
                or coalesce(standing.breakdown, '(none)') = parts.part
            )
    where
        funnels.breakdown_property is null
        or funnels.breakdown_attribution != 'step'
        or parts.part is not null
),

final as (
    select
        parted.funnel_code,
        case
            when parted.part is null and parted.constant_value is null
                then parted.unit_key
            else
                {{ strata__key([
                    'parted.unit_key',
                    "coalesce(parted.part, '')",
                    "coalesce(parted.constant_value, '')",
                ]) }}
        end as chain_key,
        parted.unit_key,
        parted.part,
        parted.role,
        parted.step_number,
        parted.event_key,
        parted.event_at,
        parted.event_date,
        parted.platform,
        parted.product_id,
        parted.is_any_event,
        parted.is_shared,
        parted.is_opener,
        parted.breakdown
    from parted
)

select * from final
