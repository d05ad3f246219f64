with features as (
    select * from {{ ref('stg_strata__features') }}
),

positions as (
    {{ strata__feature_positions(['feat_user_snapshots', 'score_user_features']) }}
),

final as (
    select
        features.feature_code,
        features.value_type,
        features.unit,
        positions.position
    from features
    inner join positions on features.feature_code = positions.feature_code
)

select * from final
