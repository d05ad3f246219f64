with snapshots as (
    select * from {{ ref('feat_user_snapshots') }}
),

metrics as (
    select * from {{ ref('stg_strata__rfm_metrics') }}
),

vocabulary as (
    select * from {{ ref('feat_vocabulary') }}
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

-- Where the values of a vector stand: the same for everybody.
places as (
    select
        max(case when metrics.metric_code = 'recency' then vocabulary.position end)
            as recency_position,
        max(case when metrics.metric_code = 'frequency' then vocabulary.position end)
            as frequency_position,
        max(case when metrics.metric_code = 'monetary' then vocabulary.position end)
            as monetary_position
    from metrics
    inner join vocabulary on metrics.feature_code = vocabulary.feature_code
),

-- Few people are buyers, so their vectors are built here.
buyers as (
    select
        snapshots.user_key,
        snapshots.as_of_date,
        snapshots.is_current,
        {{ strata__feature_vector('snapshots', 'number') }} as number_values
    from snapshots
    left join refused
        on
            snapshots.user_key = refused.user_key
            and snapshots.as_of_date >= refused.valid_from
            and snapshots.as_of_date < refused.valid_to
    where snapshots.order_count_lifetime > 0 and refused.user_key is null
),

final as (
    select
        buyers.user_key,
        buyers.as_of_date,
        buyers.is_current,
        {{ strata__element('buyers.number_values', 'places.recency_position') }}
            as recency_value,
        {{ strata__element('buyers.number_values', 'places.frequency_position') }}
            as frequency_value,
        {{ strata__element('buyers.number_values', 'places.monetary_position') }}
            as monetary_value
    from buyers
    cross join places
)

select * from final
