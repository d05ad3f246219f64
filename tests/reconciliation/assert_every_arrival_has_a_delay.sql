-- Every row that staging keeps, with a time of its own and an arrival, is in one band;
-- an account or an order counts once, whatever the number of its versions.
with delays as (
    select * from {{ ref('core_arrival_delays') }}
),

lateness as (
    select * from {{ ref('core_lateness') }}
),

staged as (
    select
        'events' as source_table,
        count(*) as expected
    from {{ ref('stg_strata__events') }} as events
    where
        {{ strata__seconds_between('events.event_at', 'events.loaded_at') }}
        is not null
    union all
    select
        'users' as source_table,
        count(distinct users.user_id) as expected
    from {{ ref('stg_strata__users') }} as users
    where users.registered_at is not null
    union all
    select
        'orders' as source_table,
        count(distinct orders.order_id) as expected
    from {{ ref('stg_strata__orders') }} as orders
    union all
    select
        'refunds' as source_table,
        count(*) as expected
    from {{ ref('stg_strata__refunds') }}
    union all
    select
        'messages' as source_table,
        count(*) as expected
    from {{ ref('stg_strata__messages') }}
),

counts as (
    select
        staged.source_table,
        staged.expected,
        coalesce((
            select sum(delays.row_count)
            from delays
            where delays.source_table = staged.source_table
        ), 0) as delayed,
        coalesce((
            select sum(lateness.row_count)
            from lateness
            where lateness.source_table = staged.source_table
        ), 0) as banded
    from staged
)

select *
from counts
where counts.delayed != counts.expected or counts.banded != counts.expected
