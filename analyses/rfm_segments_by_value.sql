-- How many buyers are in each RFM segment, and what are they worth?
with scores as (
    select * from {{ ref('score_user_rfm') }}
),

segments as (
    select * from {{ ref('stg_strata__rfm_segments') }}
),

final as (
    select
        scores.segment_code,
        segments.label_en,
        segments.label_zh,
        count(*) as buyers,
        count(*) / sum(count(*)) over () as buyer_share,
        cast(sum(scores.monetary_value) as decimal(18, 2)) as net_amount,
        sum(scores.monetary_value) / nullif(sum(sum(scores.monetary_value)) over (), 0)
            as net_amount_share,
        percentile_cont(0.5) within group (order by scores.recency_value)
            as median_days_since_last_order,
        percentile_cont(0.5) within group (order by scores.frequency_value)
            as median_order_days
    from scores
    left join segments on scores.segment_code = segments.segment_code
    where scores.is_current
    group by scores.segment_code, segments.label_en, segments.label_zh
)

select * from final
order by final.net_amount desc, final.segment_code asc
