with vectors as (
    select * from {{ ref('feat_user_vectors') }}
),

scores as (
    select * from {{ ref('score_user_features') }}
),

final as (
    select
        vectors.user_key,
        vectors.as_of_date,
        vectors.is_current,
        {{ strata__joined_arrays([
            'vectors.number_values',
            strata__feature_vector('scores', 'number', ['score_user_features'])
        ]) }} as number_values,
        {{ strata__joined_arrays([
            'vectors.text_values',
            strata__feature_vector('scores', 'text', ['score_user_features'])
        ]) }} as text_values
    from vectors
    left join scores
        on
            vectors.user_key = scores.user_key
            and vectors.as_of_date = scores.as_of_date
)

select * from final
