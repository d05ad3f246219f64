with places as (
    select * from {{ ref('metric_funnel_places') }}
),

steps as (
    select * from {{ ref('stg_strata__funnel_steps') }}
),

funnels as (
    select * from {{ ref('stg_strata__funnels') }}
),

-- An exclusion stands in the way from each of its steps to the next, and between all
-- steps of a funnel without an order.
barred as (
    select distinct
        steps.funnel_code,
        steps.step_number as exclusion_number,
        before.step_number
    from steps
    inner join steps as before
        on
            steps.funnel_code = before.funnel_code
            and before.role = 'step'
    inner join funnels on steps.funnel_code = funnels.funnel_code
    where
        steps.role = 'exclusion'
        and (
            funnels.order_mode = 'any'
            or (
                before.step_number >= steps.from_step
                and before.step_number < steps.to_step
            )
        )
),

asked as (
    select distinct
        barred.funnel_code,
        barred.step_number
    from barred
),

happened as (
    select
        places.funnel_code,
        places.chain_key,
        asked.step_number,
        places.event_key,
        {{ strata__moment('places.event_at') }} as moment,
        cast(null as bigint) as barrier
    from places
    inner join asked
        on
            places.funnel_code = asked.funnel_code
            and places.step_number = asked.step_number
    where places.role = 'step'
    union all
    select
        places.funnel_code,
        places.chain_key,
        barred.step_number,
        cast(null as varchar) as event_key,
        {{ strata__moment('places.event_at') }} as moment,
        {{ strata__moment('places.event_at') }} * 16 + barred.exclusion_number
            as barrier
    from places
    inner join barred
        on
            places.funnel_code = barred.funnel_code
            and places.step_number = barred.exclusion_number
    where places.role = 'exclusion'
),

-- The instant of the step itself is not after it.
next_barriers as (
    select
        happened.*,
        min(happened.barrier) over (
            partition by happened.funnel_code, happened.chain_key, happened.step_number
            order by happened.moment
            range between 1 following and unbounded following
        ) as next_barrier
    from happened
),

-- Moments before 2020 are negative, and a remainder is not.
numbered as (
    select
        next_barriers.*,
        mod(mod(next_barriers.next_barrier, 16) + 16, 16) as barred_by
    from next_barriers
    where
        next_barriers.event_key is not null
        and next_barriers.next_barrier is not null
),

final as (
    select
        numbered.funnel_code,
        numbered.chain_key,
        numbered.step_number,
        numbered.event_key,
        cast((numbered.next_barrier - numbered.barred_by) / 16 as bigint)
            as barred_moment,
        numbered.barred_by
    from numbered
)

select * from final
