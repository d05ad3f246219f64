with buyers as (
    select * from {{ strata__touched(
        ref('score_user_values'),
        ref('score_touched_dates'),
        ['as_of_date'],
        'score_user_rfm'
    ) }}
),

metrics as (
    select * from {{ ref('stg_strata__rfm_metrics') }}
),

segments as (
    select * from {{ ref('stg_strata__rfm_segments') }}
),

measured as (
    select
        buyers.user_key,
        buyers.as_of_date,
        buyers.is_current,
        metrics.metric_code,
        metrics.better,
        metrics.bands,
        case metrics.metric_code
            when 'recency' then buyers.recency_value
            when 'frequency' then buyers.frequency_value
            when 'monetary' then buyers.monetary_value
        end as value
    from buyers
    cross join metrics
),

-- How many buyers are strictly worse: equal values share it, so they share a score.
ranked as (
    select
        measured.*,
        rank() over (
            partition by measured.as_of_date, measured.metric_code
            order by
                case
                    when measured.better = 'low' then -measured.value
                    else measured.value
                end
        ) - 1 as worse_users,
        count(*) over (
            partition by measured.as_of_date, measured.metric_code
        ) as users
    from measured
),

scored as (
    select
        ranked.*,
        1 + cast(floor(ranked.bands * ranked.worse_users / ranked.users) as bigint)
            as score
    from ranked
),

pivoted as (
    select
        scored.user_key,
        scored.as_of_date,
        scored.is_current,
        max(case when scored.metric_code = 'recency' then scored.value end)
            as recency_value,
        max(case when scored.metric_code = 'frequency' then scored.value end)
            as frequency_value,
        max(case when scored.metric_code = 'monetary' then scored.value end)
            as monetary_value,
        max(case when scored.metric_code = 'recency' then scored.score end)
            as recency_score,
        max(case when scored.metric_code = 'frequency' then scored.score end)
            as frequency_score,
        max(case when scored.metric_code = 'monetary' then scored.score end)
            as monetary_score
    from scored
    group by scored.user_key, scored.as_of_date, scored.is_current
),

final as (
    select
        pivoted.user_key,
        pivoted.as_of_date,
        pivoted.is_current,
        pivoted.recency_value,
        pivoted.frequency_value,
        pivoted.monetary_value,
        pivoted.recency_score,
        pivoted.frequency_score,
        pivoted.monetary_score,
        segments.segment_code
    from pivoted
    left join segments
        on
            pivoted.recency_score between segments.r_low and segments.r_high
            and pivoted.frequency_score between segments.f_low and segments.f_high
            and pivoted.monetary_score between segments.m_low and segments.m_high
)

select * from final
