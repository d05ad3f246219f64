with days as (
    select * from {{ ref('metric_touched_funnel_days') }}
),

events as (
    select * from {{ ref('metric_funnel_events') }}
),

left_units as (
    select * from {{ ref('metric_left_funnel_units') }}
),

final as (
    select
        left_units.funnel_code,
        left_units.unit_key
    from left_units
    union
    select
        events.funnel_code,
        events.unit_key
    from events
    where
        exists (
            select 1 from days
            where events.user_key = days.user_key
        )
)

select * from final
