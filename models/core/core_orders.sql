-- depends_on: {{ ref('core_replaced_orders') }}
with orders as (
    select * from {{ strata__touched(
        ref('core_order_headers'), ref('core_touched_buyers'), ['user_key']
    ) }}
),

entries as (
    select * from {{ strata__touched(
        ref('core_order_entries'), ref('core_touched_buyers'), ['user_key']
    ) }}
),

items as (
    select * from {{ ref('stg_strata__order_items') }}
),

totals as (
    select
        entries.order_key,
        sum(entries.net_amount) as net_amount,
        sum(entries.refunded_amount) filter (where entries.entry_kind = 'refund')
            as refunded_amount
    from entries
    group by entries.order_key
),

lines as (
    select
        items.order_id,
        count(*) as line_count,
        sum(cast(items.quantity as decimal(18, 4))) as unit_quantity
    from items
    group by items.order_id
),

-- Orders are numbered while they stand; purchases are those that cost something.
numbered as (
    select
        orders.*,
        orders.cancelled_at is not null as is_cancelled,
        orders.cancelled_at is null and orders.gross_amount > 0 as is_purchase,
        count(case when orders.cancelled_at is null then 1 end) over so_far
            as order_number,
        count(case
            when orders.cancelled_at is null and orders.gross_amount > 0 then 1
        end) over so_far as purchase_number
    from orders
    window so_far as (
        partition by orders.user_key
        order by
            orders.ordered_at asc,
            orders.platform asc,
            orders.gross_amount desc,
            orders.discount_amount asc,
            orders.business_line asc,
            orders.order_key asc
        rows between unbounded preceding and current row
    )
),

final as (
    select
        numbered.order_key,
        numbered.order_id,
        numbered.user_key,
        numbered.ordered_at,
        numbered.order_date,
        numbered.cancelled_at,
        numbered.is_cancelled,
        numbered.is_purchase,
        case when not numbered.is_cancelled then numbered.order_number end
            as order_number,
        case when numbered.is_purchase then numbered.purchase_number end
            as purchase_number,
        numbered.gross_amount,
        numbered.discount_amount,
        cast(coalesce(totals.refunded_amount, 0) as decimal(18, 2)) as refunded_amount,
        cast(totals.net_amount as decimal(18, 2)) as net_amount,
        coalesce(lines.line_count, 0) as line_count,
        cast(coalesce(lines.unit_quantity, 0) as double) as unit_quantity,
        numbered.business_line,
        numbered.platform
    from numbered
    inner join totals on numbered.order_key = totals.order_key
    left join lines on numbered.order_id = lines.order_id
)

select * from final
