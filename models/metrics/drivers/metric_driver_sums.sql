with changes as (
    select * from {{ ref('metric_driver_changes') }}
),

told as (
    select
        changes.*,
        metrics.metric,
        case metrics.metric
            when 'dau' then cast(changes.before_dau as decimal(18, 2))
            when 'registrations' then changes.before_registrations
            when 'orders' then changes.before_orders
            else changes.before_net_amount
        end as before_value,
        case metrics.metric
            when 'dau' then cast(changes.after_dau as decimal(18, 2))
            when 'registrations' then changes.after_registrations
            when 'orders' then changes.after_orders
            else changes.after_net_amount
        end as after_value
    from changes
    cross join (
        select 'dau' as metric
        union all
        select 'registrations' as metric
        union all
        select 'orders' as metric
        union all
        select 'net_amount' as metric
    ) as metrics
),

-- What one active person is worth; of a side without any, that of the other side.
rated as (
    select
        told.*,
        told.metric in ('orders', 'net_amount') as has_effects,
        coalesce(
            cast(told.before_value as double) / nullif(told.before_dau, 0),
            cast(told.after_value as double) / nullif(told.after_dau, 0),
            0
        ) as before_rate,
        coalesce(
            cast(told.after_value as double) / nullif(told.after_dau, 0),
            cast(told.before_value as double) / nullif(told.before_dau, 0),
            0
        ) as after_rate
    from told
),

final as (
    select
        rated.date,
        rated.metric,
        rated.comparison,
        rated.dimension,
        rated.member,
        cast(rated.before_value as double) as before,
        cast(rated.after_value as double) as after,
        cast(rated.after_value - rated.before_value as double) as contribution,
        case
            when rated.has_effects
                then (rated.after_dau - rated.before_dau)
                    * (rated.before_rate + rated.after_rate) / 2
        end as mix_effect,
        case
            when rated.has_effects
                then (rated.after_rate - rated.before_rate)
                    * (rated.before_dau + rated.after_dau) / 2
        end as rate_effect,
        cast(null as bigint) as before_numerator,
        cast(null as bigint) as before_denominator,
        cast(null as bigint) as after_numerator,
        cast(null as bigint) as after_denominator
    from rated
    where
        rated.dimension = 'all'
        or rated.before_value != 0
        or rated.after_value != 0
        or (
            rated.metric != 'registrations'
            and rated.before_dau + rated.after_dau > 0
        )
)

select * from final
