with purchases as (
    select * from {{ ref('metric_purchases') }}
),

items as (
    select * from {{ ref('metric_purchase_items') }}
),

definitions as (
    select * from {{ ref('stg_strata__repurchase_definitions') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

bounds as (
    select
        definitions.*,
        {{ strata__normal_quantile('(1 + definitions.confidence) / 2') }} as z
    from definitions
),

-- First purchases, and whether the time to buy again is over and was used.
firsts as (
    select
        bounds.definition_code,
        purchases.order_key,
        {{ strata__add_days('purchases.order_date', 'bounds.within_days') }}
        <= clock.as_of_date as is_mature,
        coalesce(
            purchases.next_date
            <= {{ strata__add_days('purchases.order_date', 'bounds.within_days') }},
            false
        ) as is_repeated
    from purchases
    cross join bounds
    cross join clock
    where purchases.purchase_number = 1
),

baselines as (
    select
        firsts.definition_code,
        count(*) filter (where firsts.is_mature) as baseline_buyers,
        count(*) filter (where firsts.is_mature and firsts.is_repeated)
            as baseline_repeat_buyers
    from firsts
    group by firsts.definition_code
),

counted as (
    select
        firsts.definition_code,
        items.scope,
        items.item_code,
        items.category,
        count(*) as buyers,
        count(*) filter (where firsts.is_mature) as mature_buyers,
        count(*) filter (where firsts.is_mature and firsts.is_repeated)
            as repeat_buyers
    from firsts
    inner join items on firsts.order_key = items.order_key
    group by
        firsts.definition_code, items.scope, items.item_code, items.category
),

rated as (
    select
        counted.*,
        baselines.baseline_buyers,
        baselines.baseline_repeat_buyers,
        cast(baselines.baseline_repeat_buyers as double)
        / nullif(baselines.baseline_buyers, 0) as baseline_rate,
        counted.mature_buyers >= bounds.minimum_buyers as is_enough,
        case
            when counted.mature_buyers >= bounds.minimum_buyers
                then cast(counted.repeat_buyers as double) / counted.mature_buyers
        end as repurchase_rate,
        case
            when counted.mature_buyers >= bounds.minimum_buyers
                then {{ strata__wilson_bound(
                    'counted.repeat_buyers', 'counted.mature_buyers', 'bounds.z'
                ) }}
        end as low_repurchase_rate
    from counted
    inner join bounds on counted.definition_code = bounds.definition_code
    inner join baselines on counted.definition_code = baselines.definition_code
),

final as (
    select
        rated.definition_code,
        rated.scope,
        rated.item_code,
        rated.category,
        rated.buyers,
        rated.mature_buyers,
        rated.repeat_buyers,
        rated.is_enough,
        rated.repurchase_rate,
        rated.low_repurchase_rate,
        rated.baseline_buyers,
        rated.baseline_repeat_buyers,
        rated.baseline_rate,
        rated.repurchase_rate - rated.baseline_rate as lift,
        rated.repurchase_rate / nullif(rated.baseline_rate, 0) as lift_ratio,
        case
            when rated.is_enough
                then row_number() over (
                        partition by
                            rated.definition_code, rated.scope, rated.is_enough
                        order by
                            rated.low_repurchase_rate desc,
                            rated.mature_buyers desc,
                            rated.item_code asc
                    )
        end as item_rank
    from rated
)

select * from final
