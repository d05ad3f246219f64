with places as (
    select * from {{ ref('metric_funnel_places') }}
),

funnels as (
    select * from {{ ref('metric_funnel_lengths') }}
),

served as (
    select distinct
        funnels.funnel_number,
        places.served_steps
    from places
    inner join funnels on places.funnel_code = funnels.funnel_code
    where places.role = 'step' and funnels.order_mode = 'any'
),

-- Steps that share no event with another one are judged alone, all others together.
choices as (
    select
        served.funnel_number,
        bits.step_bit,
        count(*) over (
            partition by served.funnel_number, served.served_steps
        ) > 1 as is_choice
    from served
    inner join (
        select cast(power(2, series.number + 1) as bigint) as step_bit
        from {{ strata__series(strata__funnel_length()) }} as series
    ) as bits on (served.served_steps & bits.step_bit) > 0
),

steps as (
    select
        choices.funnel_number,
        choices.step_bit,
        case when bool_or(choices.is_choice) then 0 else choices.step_bit end as kin
    from choices
    group by choices.funnel_number, choices.step_bit
),

kins as (
    select
        steps.funnel_number,
        steps.kin,
        cast(sum(steps.step_bit) as bigint) as kin_steps,
        count(*) as kin_size
    from steps
    group by steps.funnel_number, steps.kin
),

-- The sets of steps that some events may serve and nothing else, the empty one among
-- them: so many steps these events do at the most.
final as (
    select
        kins.funnel_number,
        kins.kin,
        kins.kin_steps,
        kins.kin_size,
        series.number as cover,
        count(distinct steps.step_bit) as cover_size
    from kins
    inner join {{ strata__series(2 ** (strata__funnel_length() | int + 1)) }} as series
        on
            (series.number & kins.kin_steps) = series.number
            and kins.kin_steps > series.number
    left join served
        on
            kins.funnel_number = served.funnel_number
            and (served.served_steps & series.number) = served.served_steps
    left join steps
        on
            kins.funnel_number = steps.funnel_number
            and (steps.step_bit & series.number) > 0
    group by
        kins.funnel_number,
        kins.kin,
        kins.kin_steps,
        kins.kin_size,
        series.number
    having coalesce(bit_or(served.served_steps), 0) = series.number
)

select * from final
