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

cuts as (
    select * from {{ ref('stg_strata__rfm_cuts') }}
),

segments as (
    select * from {{ ref('stg_strata__rfm_segments') }}
),

-- A band goes from one cut until before the next; the first one from anywhere.
ranges as (
    select
        cuts.metric_code,
        row_number() over (
            partition by cuts.metric_code order by cuts.cut_value
        ) as passed_cuts,
        cuts.cut_value as low_value,
        lead(cuts.cut_value) over (
            partition by cuts.metric_code order by cuts.cut_value
        ) as high_value
    from cuts
    union all
    select
        cuts.metric_code,
        0 as passed_cuts,
        cast(null as double) as low_value,
        min(cuts.cut_value) as high_value
    from cuts
    group by cuts.metric_code
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

-- A metric with cuts compares with them, any other with the buyers of the date.
scored as (
    select
        ranked.*,
        cast(case
            when ranges.passed_cuts is null
                then 1 + floor(ranked.bands * ranked.worse_users / ranked.users)
            when ranked.better = 'low' then ranked.bands - ranges.passed_cuts
            else 1 + ranges.passed_cuts
        end as bigint) as score
    from ranked
    left join ranges
        on
            ranked.metric_code = ranges.metric_code
            and (ranges.low_value is null or ranked.value >= ranges.low_value)
            and (ranges.high_value is null or ranked.value < ranges.high_value)
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
