-- Where do registrations get lost? The steps, channels and landing pages or categories
-- that convert worst against the average, those with enough people only.
with cells as (
    select * from {{ ref('metric_micro_conversion') }}
),

final as (
    select
        cells.funnel_code,
        cells.lost_rank,
        cells.step_number,
        cells.channel,
        cells.member,
        cells.base_users,
        cells.conversion_rate,
        cells.average_rate,
        cells.lost_users
    from cells
    where cells.lost_rank <= 10
)

select *
from final
order by final.funnel_code, final.lost_rank
