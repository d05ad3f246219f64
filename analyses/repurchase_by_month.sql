-- Of the buyers of a month, which share bought twice or more in it, and is that the
-- work of new buyers or of existing ones? The last month may not be over.
with repurchase as (
    select * from {{ ref('metric_repurchase') }}
),

final as (
    select
        repurchase.period,
        repurchase.segment,
        repurchase.buyers,
        repurchase.repeat_buyers,
        repurchase.repurchase_rate,
        repurchase.net_amount,
        repurchase.median_days_between
    from repurchase
    where repurchase.period_grain = 'month' and repurchase.business_line = 'all'
)

select * from final
order by final.period, final.segment
