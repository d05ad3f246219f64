with members as (
    select * from {{ ref('metric_daily_members') }}
),

windows as (
    select * from {{ ref('metric_driver_windows') }}
),

sides as (
    select
        windows.comparison,
        windows.date as on_date,
        true as is_after,
        members.*
    from windows
    inner join members
        on members.date between windows.after_from_date and windows.after_to_date
    union all
    select
        windows.comparison,
        windows.date as on_date,
        false as is_after,
        members.*
    from windows
    inner join members
        on members.date between windows.before_from_date and windows.before_to_date
),

signed as (
    select
        sides.*,
        case when sides.is_after then 0 else 1 end as is_before_side,
        case when sides.is_after then 1 else 0 end as is_after_side
    from sides
),

final as (
    select
        signed.comparison,
        signed.on_date as date,
        signed.dimension,
        signed.member,
        cast(sum(signed.dau * signed.is_before_side) as bigint) as before_dau,
        cast(sum(signed.dau * signed.is_after_side) as bigint) as after_dau,
        cast(sum(signed.registrations * signed.is_before_side) as bigint)
            as before_registrations,
        cast(sum(signed.registrations * signed.is_after_side) as bigint)
            as after_registrations,
        cast(sum(signed.orders * signed.is_before_side) as bigint) as before_orders,
        cast(sum(signed.orders * signed.is_after_side) as bigint) as after_orders,
        cast(sum(signed.buyers * signed.is_before_side) as bigint) as before_buyers,
        cast(sum(signed.buyers * signed.is_after_side) as bigint) as after_buyers,
        cast(sum(signed.net_amount * signed.is_before_side) as decimal(18, 2))
            as before_net_amount,
        cast(sum(signed.net_amount * signed.is_after_side) as decimal(18, 2))
            as after_net_amount
    from signed
    group by signed.comparison, signed.on_date, signed.dimension, signed.member
)

select * from final
