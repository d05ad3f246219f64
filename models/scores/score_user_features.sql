with rfm as (
    select * from {{ ref('score_user_rfm') }}
),

final as (
    select
        rfm.user_key,
        rfm.as_of_date,
        rfm.recency_score as rfm_recency_score,
        rfm.frequency_score as rfm_frequency_score,
        rfm.monetary_score as rfm_monetary_score,
        rfm.segment_code as rfm_segment
    from rfm
)

select * from final
