with latches as (
    select * from {{ strata__touched(
        ref('tier_latches'),
        ref('feat_touched_snapshots'),
        {'user_key': 'user_key', 'review_date': 'as_of_date'}
    ) }}
),

final as (
    select
        latches.user_key,
        latches.program_code,
        latches.review_date,
        min(case when latches.is_latched then latches.tier_rank end) as tier_rank,
        max(latches.policy_version) as policy_version
    from latches
    group by latches.user_key, latches.program_code, latches.review_date
)

select * from final
