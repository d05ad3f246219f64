-- Tables are named where they are used: what is imported twice would be kept whole.
with funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

-- Without an order an event may serve several steps; who and where are the same.
final as (
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
        ['funnel_code', 'unit_key'],
        'metric_funnel_attempts'
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
        ['funnel_code', 'unit_key'],
        'metric_funnel_attempts'
    ) }} as events
    inner join funnels on events.funnel_code = funnels.funnel_code
    where events.role = 'step' and funnels.order_mode = 'any'
)

select * from final
