with features as (
    select * from {{ ref('stg_strata__features') }}
),

vocabulary as (
    select * from {{ ref('feat_vocabulary') }}
),

scores as (
    {{ strata__feature_positions('score_user_rfm') }}
),

lengths as (
    select
        vocabulary.value_type,
        max(vocabulary.position) as length
    from vocabulary
    group by vocabulary.value_type
),

final as (
    select
        features.feature_code,
        features.value_type,
        features.unit,
        coalesce(
            vocabulary.position,
            cast(coalesce(lengths.length, 0) + scores.position as bigint)
        ) as position
    from features
    left join vocabulary on features.feature_code = vocabulary.feature_code
    left join scores on features.feature_code = scores.feature_code
    left join lengths on features.value_type = lengths.value_type
    where vocabulary.position is not null or scores.position is not null
)

select * from final
