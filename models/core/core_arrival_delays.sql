with events as (
    select * from {{ ref('stg_strata__events') }}
),

users as (
    select * from {{ ref('stg_strata__users') }}
),

identity_links as (
    select * from {{ ref('stg_strata__identity_links') }}
),

orders as (
    select * from {{ ref('stg_strata__orders') }}
),

refunds as (
    select * from {{ ref('stg_strata__refunds') }}
),

messages as (
    select * from {{ ref('stg_strata__messages') }}
),

experiment_assignments as (
    select * from {{ ref('stg_strata__experiment_assignments') }}
),

points_ledger as (
    select * from {{ ref('stg_strata__points_ledger') }}
),

-- Of accounts and orders every version stays: later ones are news, not late.
arrivals as (
    select
        'events' as source_table,
        events.event_at as happened_at,
        events.loaded_at
    from events
    union all
    select
        'users' as source_table,
        {{ strata__first_by('users.registered_at', ['users.loaded_at']) }}
            as happened_at,
        min(users.loaded_at) as loaded_at
    from users
    where users.registered_at is not null
    group by users.user_id
    union all
    select
        'identity_links' as source_table,
        identity_links.observed_at as happened_at,
        identity_links.loaded_at
    from identity_links
    union all
    select
        'orders' as source_table,
        {{ strata__first_by('orders.ordered_at', ['orders.loaded_at']) }}
            as happened_at,
        min(orders.loaded_at) as loaded_at
    from orders
    group by orders.order_id
    union all
    select
        'refunds' as source_table,
        refunds.refunded_at as happened_at,
        refunds.loaded_at
    from refunds
    union all
    select
        'messages' as source_table,
        messages.sent_at as happened_at,
        messages.loaded_at
    from messages
    union all
    select
        'experiment_assignments' as source_table,
        experiment_assignments.assigned_at as happened_at,
        experiment_assignments.loaded_at
    from experiment_assignments
    union all
    select
        'points_ledger' as source_table,
        points_ledger.entry_at as happened_at,
        points_ledger.loaded_at
    from points_ledger
),

timed as (
    select
        arrivals.source_table,
        {{ strata__business_date('arrivals.happened_at') }} as happened_date,
        {{ strata__business_date('arrivals.loaded_at') }} as arrived_date,
        cast(floor(
            {{ strata__seconds_between('arrivals.happened_at', 'arrivals.loaded_at') }}
        ) as bigint) as delay_seconds
    from arrivals
),

final as (
    select
        timed.source_table,
        timed.happened_date,
        timed.arrived_date,
        timed.delay_seconds,
        count(*) as row_count
    from timed
    -- A row that never arrived, as its source says, has no delay.
    where timed.delay_seconds is not null
    group by
        timed.source_table,
        timed.happened_date,
        timed.arrived_date,
        timed.delay_seconds
)

select * from final
