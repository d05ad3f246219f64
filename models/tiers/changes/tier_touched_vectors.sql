-- Packed after they are chosen: a build touches few people, and history is long.
with snapshots as (
    select * from {{ strata__touched(
        ref('feat_user_snapshots'),
        ref('tier_touched_reviews'),
        ['user_key'],
        'tier_user_reviews',
        {'as_of_date': 'from_date'}
    ) }}
),

scores as (
    select * from {{ ref('score_user_features') }}
),

final as (
    select
        snapshots.user_key,
        snapshots.as_of_date,
        {{ strata__joined_arrays([
            strata__feature_vector('snapshots', 'number'),
            strata__feature_vector('scores', 'number', ['score_user_features'])
        ]) }} as number_values,
        {{ strata__joined_arrays([
            strata__feature_vector('snapshots', 'text'),
            strata__feature_vector('scores', 'text', ['score_user_features'])
        ]) }} as text_values
    from snapshots
    left join scores
        on
            snapshots.user_key = scores.user_key
            and snapshots.as_of_date = scores.as_of_date
)

select * from final
