-- Equal values share a score, and a better value never scores lower.
with scores as (
    select * from {{ ref('score_user_rfm') }}
),

measured as (
    select
        scores.as_of_date,
        'recency' as metric_code,
        -scores.recency_value as value,
        scores.recency_score as score
    from scores
    union all
    select
        scores.as_of_date,
        'frequency' as metric_code,
        scores.frequency_value as value,
        scores.frequency_score as score
    from scores
    union all
    select
        scores.as_of_date,
        'monetary' as metric_code,
        scores.monetary_value as value,
        scores.monetary_score as score
    from scores
),

bands as (
    select
        measured.as_of_date,
        measured.metric_code,
        measured.value,
        min(measured.score) as low_score,
        max(measured.score) as high_score
    from measured
    group by measured.as_of_date, measured.metric_code, measured.value
),

compared as (
    select
        bands.*,
        lag(bands.high_score) over (
            partition by bands.as_of_date, bands.metric_code order by bands.value
        ) as worse_score
    from bands
)

select *
from compared
where
    compared.low_score != compared.high_score
    or compared.worse_score > compared.low_score
