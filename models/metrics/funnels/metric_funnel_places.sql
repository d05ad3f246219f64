-- Tables are named where they are used: what is imported twice would be kept whole.
-- What one event may serve: the widest step last, others in order.
with shared as (
    select
        matches.*,
        sum(cast(power(2, matches.step_number) as bigint)) over (
            partition by matches.funnel_code, matches.chain_key, matches.event_key
        ) as served_steps,
        count(*) over (
            partition by matches.funnel_code, matches.chain_key, matches.event_key
        ) as choices,
        row_number() over (
            partition by matches.funnel_code, matches.chain_key, matches.event_key
            order by matches.is_any_event, matches.step_number
        ) as choice
    from {{ ref('metric_funnel_matches') }} as matches
    where matches.is_shared and matches.role = 'step'
),

-- Of events that may serve the same steps at one instant the first serves the first.
copied as (
    select
        shared.*,
        dense_rank() over (
            partition by
                shared.funnel_code,
                shared.chain_key,
                shared.served_steps,
                shared.event_at
            order by shared.platform, shared.product_id nulls last, shared.event_key
        ) as copy_number
    from shared
),

anchored as (
    select
        copied.*,
        max(
            case
                when copied.choice = least(copied.copy_number, copied.choices)
                    then copied.step_number
            end
        ) over (
            partition by copied.funnel_code, copied.chain_key, copied.event_key
        ) as anchor
    from copied
),

-- The steps of one event stand backwards, so that no chain takes it twice.
final as (
    select
        matches.funnel_code,
        matches.chain_key,
        matches.unit_key,
        matches.part,
        matches.role,
        matches.step_number,
        matches.event_key,
        matches.event_at,
        matches.event_date,
        matches.is_shared,
        matches.is_opener,
        cast(power(2, matches.step_number) as bigint) as served_steps,
        cast(
            case matches.role
                when 'step' then matches.step_number * 256
                else 4095
            end as bigint
        ) as place
    from {{ ref('metric_funnel_matches') }} as matches
    where not matches.is_shared or matches.role != 'step'
    union all
    select
        anchored.funnel_code,
        anchored.chain_key,
        anchored.unit_key,
        anchored.part,
        anchored.role,
        anchored.step_number,
        anchored.event_key,
        anchored.event_at,
        anchored.event_date,
        anchored.is_shared,
        anchored.is_opener,
        cast(anchored.served_steps as bigint) as served_steps,
        cast(
            anchored.anchor * 256
            + least(anchored.copy_number, 15) * 16
            + 15
            - anchored.step_number as bigint
        ) as place
    from anchored
)

select * from final
