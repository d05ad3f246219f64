with vectors as (
    select * from {{ strata__touched(
        ref('feat_user_vectors'), ref('score_touched_dates'), ['as_of_date']
    ) }}
),

snapshots as (
    select * from {{ ref('feat_user_snapshots') }}
),

metrics as (
    select * from {{ ref('stg_strata__rfm_metrics') }}
),

vocabulary as (
    select * from {{ ref('feat_vocabulary') }}
),

segments as (
    select * from {{ ref('stg_strata__rfm_segments') }}
),

consents as (
    select * from {{ ref('feat_user_consents') }}
    where not is_granted
),

-- Who refused the consent that a score asks for.
refused as (
    select
        consents.user_key,
        consents.valid_from,
        consents.valid_to
    from consents
    inner join metrics on consents.purpose = metrics.consent_purpose
),

buyers as (
    select
        vectors.user_key,
        vectors.as_of_date,
        vectors.is_current,
        vectors.number_values
    from vectors
    inner join snapshots
        on
            vectors.user_key = snapshots.user_key
            and vectors.as_of_date = snapshots.as_of_date
    left join refused
        on
            vectors.user_key = refused.user_key
            and vectors.as_of_date >= refused.valid_from
            and vectors.as_of_date < refused.valid_to
    where snapshots.order_count_lifetime > 0 and refused.user_key is null
),

measured as (
    select
        buyers.user_key,
        buyers.as_of_date,
        buyers.is_current,
        metrics.metric_code,
        metrics.better,
        metrics.bands,
        {{ strata__element('buyers.number_values', 'vocabulary.position') }} as value
    from buyers
    cross join metrics
    inner join vocabulary on metrics.feature_code = vocabulary.feature_code
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
