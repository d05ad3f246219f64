with orders as (
    select * from {{ strata__touched(
        ref('core_order_headers'), ref('core_touched_orders'), ['order_id']
    ) }}
),

refunds as (
    select * from {{ ref('stg_strata__refunds') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

sales as (
    select
        orders.order_key,
        'sale' as entry_kind,
        orders.order_id as entry_id,
        orders.order_date as entry_date,
        1 as order_count,
        orders.gross_amount,
        orders.discount_amount,
        cast(0 as decimal(18, 2)) as refunded_amount
    from orders
),

-- What is paid back after a cancellation is part of it and no refund of its own.
returns as (
    select
        orders.order_key,
        'refund' as entry_kind,
        refunds.refund_id as entry_id,
        greatest(
            orders.order_date, {{ strata__business_date('refunds.refunded_at') }}
        ) as entry_date,
        0 as order_count,
        cast(0 as decimal(18, 2)) as gross_amount,
        cast(0 as decimal(18, 2)) as discount_amount,
        {{ strata__converted('refunds.amount', 'orders.currency_factor') }}
            as refunded_amount
    from refunds
    inner join orders on refunds.order_id = orders.order_id
    inner join clock
        on {{ strata__business_date('refunds.refunded_at') }} <= clock.as_of_date
    where
        orders.cancelled_at is null
        or refunds.refunded_at < orders.cancelled_at
),

returned as (
    select
        returns.order_key,
        sum(returns.refunded_amount) as refunded_amount
    from returns
    group by returns.order_key
),

cancellations as (
    select
        orders.order_key,
        'cancellation' as entry_kind,
        orders.order_id as entry_id,
        greatest(
            orders.order_date, {{ strata__business_date('orders.cancelled_at') }}
        ) as entry_date,
        -1 as order_count,
        -orders.gross_amount as gross_amount,
        -orders.discount_amount as discount_amount,
        -coalesce(returned.refunded_amount, 0) as refunded_amount
    from orders
    left join returned on orders.order_key = returned.order_key
    where orders.cancelled_at is not null
),

entries as (
    select * from sales
    union all
    select * from returns
    union all
    select * from cancellations
),

final as (
    select
        entries.order_key,
        entries.entry_kind,
        entries.entry_id,
        orders.user_key,
        orders.order_date,
        entries.entry_date,
        orders.business_line,
        cast(entries.order_count as bigint) as order_count,
        cast(entries.gross_amount as decimal(18, 2)) as gross_amount,
        cast(entries.discount_amount as decimal(18, 2)) as discount_amount,
        cast(entries.refunded_amount as decimal(18, 2)) as refunded_amount,
        cast(
            entries.gross_amount - entries.discount_amount - entries.refunded_amount
            as decimal(18, 2)
        ) as net_amount
    from entries
    inner join orders on entries.order_key = orders.order_key
)

select * from final
