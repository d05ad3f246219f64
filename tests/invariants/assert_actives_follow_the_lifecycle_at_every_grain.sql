-- active = active in the period before + new + resurrected - dormant, for every
-- definition of activity and grain.
with periods as (
    select
        lifecycle.*,
        coalesce(
            lag(lifecycle.active) over (
                partition by lifecycle.activity_code, lifecycle.grain
                order by lifecycle.period_date, lifecycle.period_hour
            ), 0
        ) as previous_active
    from {{ ref('metric_lifecycle') }} as lifecycle
)

select *
from periods
where
    periods.active
    != periods.previous_active + periods.new + periods.resurrected - periods.dormant
    or periods.active != periods.new + periods."returning" + periods.resurrected
