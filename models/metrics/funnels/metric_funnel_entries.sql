with places as (
    select * from {{ ref('metric_funnel_places') }}
),

runs as (
    select * from {{ ref('metric_funnel_runs') }}
),

barriers as (
    select * from {{ ref('metric_funnel_barriers') }}
),

lengths as (
    select * from {{ ref('metric_funnel_lengths') }}
),

funnels as (
    select
        stated.*,
        lengths.funnel_number,
        lengths.next_offset
    from {{ ref('stg_strata__funnels') }} as stated
    inner join lengths on stated.funnel_code = lengths.funnel_code
),

placed as (
    select
        places.*,
        funnels.funnel_number,
        funnels.order_mode,
        funnels.entry,
        funnels.next_offset,
        (
            (places.step_number = 1 or funnels.order_mode = 'any')
            and places.event_date >= funnels.valid_from
            and places.event_date < funnels.valid_to
        ) as is_in_range,
        {{ strata__moment('places.event_at') }} as moment
    from places
    inner join funnels on places.funnel_code = funnels.funnel_code
    where places.role = 'step'
),

keyed as (
    select
        placed.*,
        placed.moment * 4096 + placed.place as place_key,
        placed.moment * 4096 + coalesce(placed.next_offset, placed.place) as next_key,
        case when placed.is_shared then placed.moment * 4096 + placed.place end
            as used_key
    from placed
),

-- The first entry of all, in the range or before it.
firsts as (
    select
        keyed.funnel_code,
        keyed.chain_key,
        min(keyed.place_key) as place_key
    from keyed
    where
        keyed.entry = 'first'
        and (keyed.step_number = 1 or keyed.order_mode = 'any')
    group by keyed.funnel_code, keyed.chain_key
),

final as (
    select
        keyed.funnel_code,
        keyed.funnel_number,
        keyed.chain_key,
        keyed.unit_key,
        keyed.part,
        keyed.step_number,
        keyed.served_steps,
        keyed.event_key,
        keyed.event_date,
        keyed.order_mode,
        keyed.moment,
        keyed.place_key,
        keyed.next_key,
        keyed.used_key,
        runs.event_number,
        runs.run_end,
        barriers.barred_moment,
        barriers.barred_by,
        (
            keyed.is_in_range
            and keyed.is_opener
            and (keyed.entry = 'every' or keyed.place_key = firsts.place_key)
        ) as is_entry
    from keyed
    left join firsts
        on
            keyed.funnel_code = firsts.funnel_code
            and keyed.chain_key = firsts.chain_key
    left join runs
        on
            keyed.funnel_code = runs.funnel_code
            and keyed.chain_key = runs.chain_key
            and keyed.step_number = runs.step_number
            and keyed.event_key = runs.event_key
    left join barriers
        on
            keyed.funnel_code = barriers.funnel_code
            and keyed.chain_key = barriers.chain_key
            and keyed.step_number = barriers.step_number
            and keyed.event_key = barriers.event_key
)

select * from final
