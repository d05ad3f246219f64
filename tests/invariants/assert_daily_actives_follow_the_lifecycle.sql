-- Active today = active yesterday + new + resurrected - dormant, on every day.
with daily as (
    select * from {{ ref('metric_activity_daily') }}
),

compared as (
    select
        daily.*,
        coalesce(lag(daily.dau) over (order by daily.date), 0) as previous_dau
    from daily
)

select *
from compared
where
    compared.dau
    != compared.previous_dau + compared.new + compared.resurrected - compared.dormant
    or compared.dau != compared.new + compared."returning" + compared.resurrected
    or compared.dau > compared.wau
    or compared.wau > compared.mau
