with definitions as (
    select * from {{ ref('stg_strata__attribution_definitions') }}
),

users as (
    select * from {{ ref('core_users') }}
),

orders as (
    select * from {{ ref('core_orders') }}
),

-- A first order is a kind of its own and an order, too. A free order converts as well.
converted as (
    select
        'registration' as conversion_kind,
        users.user_key as conversion_key,
        users.user_key,
        users.registered_at as converted_at,
        cast(0 as decimal(18, 2)) as value
    from users
    where users.registered_at is not null
    union all
    select
        kinds.conversion_kind,
        orders.order_key as conversion_key,
        orders.user_key,
        orders.ordered_at as converted_at,
        orders.net_amount as value
    from orders
    inner join (
        select 'order' as conversion_kind
        union all
        select 'first_order' as conversion_kind
    ) as kinds on kinds.conversion_kind = 'order' or orders.order_number = 1
    where not orders.is_cancelled
),

final as (
    select
        definitions.definition_code,
        definitions.conversion_kind,
        converted.conversion_key,
        converted.user_key,
        converted.converted_at,
        {{ strata__business_date('converted.converted_at') }} as converted_date,
        converted.value
    from converted
    inner join definitions on converted.conversion_kind = definitions.conversion_kind
)

select * from final
