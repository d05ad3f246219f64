with snapshots as (
    select * from {{ ref('feat_user_snapshots') }}
),

scores as (
    select * from {{ ref('score_user_features') }}
),

tiers as (
    select * from {{ ref('tag_user_tiers') }}
),

final as (
    select
        snapshots.user_key,
        snapshots.as_of_date,
        snapshots.is_current,
        {{ strata__joined_arrays([
            strata__feature_vector('snapshots', 'number'),
            strata__feature_vector('scores', 'number', ['score_user_features'])
        ]) }} as number_values,
        {{ strata__joined_arrays([
            strata__feature_vector('snapshots', 'text'),
            strata__feature_vector('scores', 'text', ['score_user_features']),
            'tiers.tier_codes'
        ]) }} as text_values
    from snapshots
    left join scores
        on
            snapshots.user_key = scores.user_key
            and snapshots.as_of_date = scores.as_of_date
    left join tiers
        on
            snapshots.user_key = tiers.user_key
            and snapshots.as_of_date = tiers.as_of_date
)

select * from final
