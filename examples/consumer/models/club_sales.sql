select
    sales.sold_date,
    sales.sale_count,
    activity.dau
from {{ ref('core_orders') }} as sales
left join {{ ref('strata', 'metric_activity_daily') }} as activity
    on sales.sold_date = activity.date
