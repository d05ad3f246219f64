with snapshots as (
    select * from {{ ref('feat_user_snapshots') }}
),

final as (
    select
        snapshots.user_key,
        snapshots.as_of_date,
        snapshots.is_current,
        snapshots.is_month_end,
        {{ strata__feature_vector('snapshots', 'number') }} as number_values,
        {{ strata__feature_vector('snapshots', 'text') }} as text_values
    from snapshots
)

select * from final
