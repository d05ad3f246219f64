with scores as (
    select * from {{ strata__touched(
        ref('score_new_rfm'), ref('score_touched_users'), ['user_key', 'as_of_date']
    ) }}
),

final as (
    select
        scores.user_key,
        scores.as_of_date,
        scores.is_current,
        scores.recency_value,
        scores.frequency_value,
        scores.monetary_value,
        scores.recency_score,
        scores.frequency_score,
        scores.monetary_score,
        scores.segment_code
    from scores
)

select * from final
