with replaced as (
    select *
    from {{ strata__replaced(
        ref('core_orders'),
        ref('core_replaced_orders'),
        ['order_key'],
        [
            'user_key', 'order_date', 'is_cancelled', 'gross_amount',
            'discount_amount', 'net_amount',
        ]
    ) }} as replaced
),

touched as (
    -- one row per order and build
    select distinct order_key from {{ ref('core_touched_orders') }}
),

left_persons as (
    select * from {{ ref('core_left_persons') }}
),

-- What an order adds to its day: 1 and its price while it is not cancelled, less what
-- was paid back; of one that was and is cancelled, nothing.
caused as (
    select
        replaced.*,
        replaced.old_gross_amount - replaced.old_discount_amount as old_price,
        replaced.new_gross_amount - replaced.new_discount_amount as new_price,
        replaced.old_is_cancelled and replaced.new_is_cancelled as stays_cancelled,
        replaced.was_standing
        and replaced.is_standing
        and replaced.old_order_date = replaced.new_order_date
        and not (
            {{ strata__is_redefined('core_orders') }} and touched.order_key is null
        ) as stays,
        case
            when left_persons.is_erased then 'erasure'
            when {{ strata__is_redefined('core_orders') }}
                and touched.order_key is null then 'rule_change'
            when left_persons.user_key is not null then 'identity'
            else 'late_events'
        end as cause
    from replaced
    left join left_persons
        on coalesce(replaced.new_user_key, replaced.old_user_key)
            = left_persons.user_key
    left join touched on replaced.order_key = touched.order_key
),

-- Of an order that stays on its day, what is paid back is told from its price.
parts as (
    select
        caused.old_order_date as metric_date,
        caused.cause,
        case when caused.old_is_cancelled then 0 else -1 end as orders,
        -caused.old_net_amount as net_amount
    from caused
    where caused.was_standing and not coalesce(caused.stays, false)
    union all
    select
        caused.new_order_date as metric_date,
        caused.cause,
        case when caused.new_is_cancelled then 0 else 1 end as orders,
        caused.new_net_amount as net_amount
    from caused
    where caused.is_standing and not coalesce(caused.stays, false)
    union all
    select
        caused.new_order_date as metric_date,
        caused.cause,
        0 as orders,
        caused.new_price - caused.old_price as net_amount
    from caused
    where caused.stays and not caused.stays_cancelled
    union all
    select
        caused.new_order_date as metric_date,
        'refund' as cause,
        case when caused.old_is_cancelled then 1 else 0 end
        - case when caused.new_is_cancelled then 1 else 0 end as orders,
        (caused.new_net_amount - caused.new_price)
        - (caused.old_net_amount - caused.old_price) as net_amount
    from caused
    where caused.stays and not caused.stays_cancelled
),

figures as (
    select
        'orders' as metric_code,
        parts.metric_date,
        parts.cause,
        parts.orders as change
    from parts
    union all
    select
        'net_amount' as metric_code,
        parts.metric_date,
        parts.cause,
        parts.net_amount as change
    from parts
),

final as (
    select
        figures.metric_code,
        figures.metric_date,
        figures.cause,
        cast(sum(figures.change) as decimal(18, 2)) as change
    from figures
    group by figures.metric_code, figures.metric_date, figures.cause
    having sum(figures.change) != 0
)

select * from final
