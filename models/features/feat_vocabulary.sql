with features as (
    select * from {{ ref('stg_strata__features') }}
),

positions as (
    {{ strata__feature_positions() }}
),

final as (
    select
        features.feature_code,
        features.value_type,
        cast(positions.position as bigint) as position,
        features.unit,
        features.feature_layer,
        features.description,
        features.label_en,
        features.label_zh
    from features
    inner join positions on features.feature_code = positions.feature_code
)

select * from final
