with changes as (
    select * from {{ ref('metric_driver_changes') }}
),

-- A factor that has no value on one side is taken to have that of the other.
factors as (
    select
        changes.comparison,
        changes.date,
        changes.before_buyers,
        changes.before_orders,
        changes.after_buyers,
        changes.after_orders,
        cast(changes.before_buyers as double) as x_before,
        cast(changes.after_buyers as double) as x_after,
        cast(changes.before_orders as double) / nullif(changes.before_buyers, 0)
            as y_before,
        cast(changes.after_orders as double) / nullif(changes.after_buyers, 0)
            as y_after,
        cast(changes.before_net_amount as double) / nullif(changes.before_orders, 0)
            as z_before,
        cast(changes.after_net_amount as double) / nullif(changes.after_orders, 0)
            as z_after
    from changes
    where
        changes.dimension = 'all' and changes.before_orders + changes.after_orders > 0
),

filled as (
    select
        factors.*,
        coalesce(factors.y_before, factors.y_after) as y0,
        coalesce(factors.y_after, factors.y_before) as y1,
        coalesce(factors.z_before, factors.z_after) as z0,
        coalesce(factors.z_after, factors.z_before) as z1
    from factors
),

-- Each factor moves before or after the others; the mean over all six orders.
parts as (
    select
        filled.*,
        'buyers' as member,
        filled.x_before as before,
        filled.x_after as after,
        (filled.x_after - filled.x_before) * (
            2 * filled.y0 * filled.z0
            + 2 * filled.y1 * filled.z1
            + filled.y0 * filled.z1
            + filled.y1 * filled.z0
        ) / 6 as contribution
    from filled
    union all
    select
        filled.*,
        'orders_per_buyer' as member,
        filled.y_before as before,
        filled.y_after as after,
        (filled.y1 - filled.y0) * (
            2 * filled.x_before * filled.z0
            + 2 * filled.x_after * filled.z1
            + filled.x_before * filled.z1
            + filled.x_after * filled.z0
        ) / 6 as contribution
    from filled
    union all
    select
        filled.*,
        'value_per_order' as member,
        filled.z_before as before,
        filled.z_after as after,
        (filled.z1 - filled.z0) * (
            2 * filled.x_before * filled.y0
            + 2 * filled.x_after * filled.y1
            + filled.x_before * filled.y1
            + filled.x_after * filled.y0
        ) / 6 as contribution
    from filled
),

final as (
    select
        parts.date,
        'net_amount' as metric,
        parts.comparison,
        'factor' as dimension,
        parts.member,
        parts.before,
        parts.after,
        parts.contribution,
        cast(null as double) as mix_effect,
        cast(null as double) as rate_effect,
        cast(null as bigint) as before_numerator,
        cast(null as bigint) as before_denominator,
        cast(null as bigint) as after_numerator,
        cast(null as bigint) as after_denominator
    from parts
)

select * from final
