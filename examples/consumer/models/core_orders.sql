select
    cast(sales.ordered_at as date) as sold_date,
    count(*) as sale_count
from {{ source('till', 'sales') }} as sales
group by 1
