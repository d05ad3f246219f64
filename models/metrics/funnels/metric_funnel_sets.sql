with slots as (
    select * from {{ ref('metric_funnel_slots') }}
),

funnels as (
    select * from {{ ref('metric_funnel_lengths') }}
),

ended as (
    select
        slots.*,
        funnels.step_count,
        slots.entry_moment + funnels.window_moments as window_end
    from slots
    inner join funnels on slots.funnel_number = funnels.funnel_number
),

judged as (
    select
        ended.*,
        ended.moment <= ended.window_end as is_tried,
        ended.moment <= least(ended.window_end, ended.barred_moment) as is_done,
        row_number() over (
            partition by
                ended.funnel_number, ended.chain_key, ended.entry_key, ended.event_key
            order by ended.moment nulls last, ended.kin, ended.slot
        ) as place
    from ended
),

counted as (
    select
        judged.funnel_number,
        judged.chain_key,
        judged.entry_key,
        judged.event_key,
        judged.step_count,
        judged.barred_by,
        coalesce(judged.barred_moment <= judged.window_end, false) as is_barred,
        count(case when judged.is_done then judged.place end) as reached_step,
        count(case when judged.is_tried then judged.place end) as tried_step,
        count(judged.moment) as coming_step,
        {{ strata__funnel_columns(
            'max(case when judged.is_done and judged.place = # then judged.moment end)'
            ~ ' as moment_#'
        ) }}
    from judged
    group by
        judged.funnel_number,
        judged.chain_key,
        judged.entry_key,
        judged.event_key,
        judged.step_count,
        judged.barred_by,
        coalesce(judged.barred_moment <= judged.window_end, false)
),

final as (
    select
        counted.funnel_number,
        counted.chain_key,
        counted.entry_key,
        counted.event_key,
        counted.reached_step,
        counted.tried_step,
        case
            when counted.reached_step = counted.step_count then null
            when counted.is_barred then 'excluded'
            when counted.coming_step > counted.reached_step then 'outside_window'
            else 'no_event'
        end as stop_reason,
        case
            when counted.reached_step < counted.step_count and counted.is_barred
                then counted.barred_by
        end as stopped_by,
        {{ strata__funnel_columns('counted.moment_#') }}
    from counted
)

select * from final
