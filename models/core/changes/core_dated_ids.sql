with users as (
    select * from {{ ref('stg_strata__users') }}
),

links as (
    select * from {{ ref('stg_strata__identity_links') }}
),

orders as (
    select * from {{ ref('stg_strata__orders') }}
),

refunds as (
    select * from {{ ref('stg_strata__refunds') }}
),

erasure_requests as (
    select * from {{ ref('stg_strata__erasure_requests') }}
),

final as (
    select
        'user_id' as id_type,
        users.user_id as id,
        users.registered_at as moment
    from users
    union all
    select
        'user_id' as id_type,
        users.user_id as id,
        users.loaded_at as moment
    from users
    union all
    select
        'user_id' as id_type,
        orders.user_id as id,
        orders.ordered_at as moment
    from orders
    union all
    select
        'user_id' as id_type,
        orders.user_id as id,
        orders.loaded_at as moment
    from orders
    union all
    select
        'user_id' as id_type,
        orders.user_id as id,
        refunds.refunded_at as moment
    from refunds
    inner join orders on refunds.order_id = orders.order_id
    union all
    select
        'user_id' as id_type,
        requests.user_id as id,
        requests.requested_at as moment
    from erasure_requests as requests
    union all
    select
        links.id_type_1 as id_type,
        links.id_1 as id,
        links.observed_at as moment
    from links
    union all
    select
        links.id_type_2 as id_type,
        links.id_2 as id,
        links.observed_at as moment
    from links
)

select * from final
