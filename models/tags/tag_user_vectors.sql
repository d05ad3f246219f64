-- Of each person what is touched and what follows: history is not packed for nothing.
with snapshots as (
    select * from {{ strata__touched(
        ref('feat_user_snapshots'),
        ref('tag_touched_snapshots'),
        ['user_key'],
        ['tag_user_verdicts', 'tag_user_tags'],
        {'as_of_date': 'as_of_date'}
    ) }}
),

scores as (
    select * from {{ ref('score_user_features') }}
),

tiers as (
    select * from {{ ref('tag_user_tiers') }}
),

consents as (
    select * from {{ ref('feat_user_consents') }}
    where not is_granted
),

refused as (
    select
        snapshots.user_key,
        snapshots.as_of_date,
        '|'
        || {{ strata__text_list('consents.purpose', ['consents.purpose'], '|') }}
        || '|' as refused_purposes
    from snapshots
    inner join consents
        on
            snapshots.user_key = consents.user_key
            and snapshots.as_of_date >= consents.valid_from
            and snapshots.as_of_date < consents.valid_to
    group by snapshots.user_key, snapshots.as_of_date
),

final as (
    select
        snapshots.user_key,
        snapshots.as_of_date,
        snapshots.is_current,
        refused.refused_purposes,
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
    left join refused
        on
            snapshots.user_key = refused.user_key
            and snapshots.as_of_date = refused.as_of_date
)

select * from final
