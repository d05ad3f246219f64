-- The boxes of the segments cover each combination of scores exactly once.
with metrics as (
    select * from {{ ref('stg_strata__rfm_metrics') }}
),

segments as (
    select * from {{ ref('stg_strata__rfm_segments') }}
),

bands as (
    select
        metrics.metric_code,
        numbers.band
    from metrics
    inner join (
        {% for band in range(1, 11) %}
            select {{ band }} as band
            {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as numbers on metrics.bands >= numbers.band
),

combinations as (
    select
        r.band as r_score,
        f.band as f_score,
        m.band as m_score
    from bands as r
    cross join bands as f
    cross join bands as m
    where
        r.metric_code = 'recency'
        and f.metric_code = 'frequency'
        and m.metric_code = 'monetary'
)

select
    combinations.r_score,
    combinations.f_score,
    combinations.m_score,
    count(segments.segment_code) as segment_count
from combinations
left join segments
    on
        combinations.r_score between segments.r_low and segments.r_high
        and combinations.f_score between segments.f_low and segments.f_high
        and combinations.m_score between segments.m_low and segments.m_high
group by combinations.r_score, combinations.f_score, combinations.m_score
having count(segments.segment_code) != 1
