with changed_rows as (
    select * from {{ ref('stg_strata__changed_rows') }}
),

moved_ids as (
    select * from {{ ref('core_moved_ids') }}
),

clock_shift as (
    select * from {{ ref('core_clock_shift') }}
),

orders as (
    select * from {{ ref('stg_strata__orders') }}
),

refunds as (
    select * from {{ ref('stg_strata__refunds') }}
),

standing as (
    select * from {{ strata__previous('core_orders') }}
),

-- What an order is made of came, went or was changed; whose it is moved; or the
-- as-of day passed one of its dates.
changed as (
    select changed_rows.order_id
    from changed_rows
    where changed_rows.source_table in ('orders', 'order_items', 'refunds')
    union
    select refunds.order_id
    from refunds
    inner join changed_rows
        on
            changed_rows.source_table = 'refunds'
            and refunds.refund_id = changed_rows.row_key
    union
    select orders.order_id
    from orders
    inner join moved_ids
        on moved_ids.id_type = 'user_id' and orders.user_id = moved_ids.id
    union
    select orders.order_id
    from orders
    inner join clock_shift
        on
            {{ strata__is_passed('orders.ordered_at', 'clock_shift') }}
            or {{ strata__is_passed('orders.loaded_at', 'clock_shift') }}
    union
    select refunds.order_id
    from refunds
    inner join clock_shift
        on {{ strata__is_passed('refunds.refunded_at', 'clock_shift') }}
),

final as (
    select
        changed.order_id,
        {{ strata__key(["'order'", 'changed.order_id']) }} as order_key,
        standing.user_key,
        standing.order_date
    from changed
    left join standing on changed.order_id = standing.order_id
    where
        changed.order_id is not null
        and {{ strata__continues('core_orders') }}
)

select * from final
