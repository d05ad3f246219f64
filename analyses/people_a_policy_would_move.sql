-- Whose tier would be another by another version of the policy, at the last review?
-- Versions of a program are tried side by side; compare any two of them.
with programs as (
    select * from {{ ref('tier_programs') }}
    where is_trial
),

reviews as (
    select * from {{ ref('tier_user_reviews') }}
),

tiers as (
    select * from {{ ref('stg_strata__tiers') }}
),

snapshots as (
    select * from {{ ref('feat_user_snapshots') }}
),

tried as (
    select
        reviews.user_key,
        programs.base_code as program_code,
        programs.trial_version as policy_version,
        reviews.review_date,
        reviews.tier_rank,
        coalesce(tiers.tier_code, 'none') as tier_code
    from reviews
    inner join programs on reviews.program_code = programs.program_code
    left join tiers
        on
            programs.base_code = tiers.program_code
            and reviews.tier_rank = tiers.tier_rank
),

last_reviews as (
    select
        tried.program_code,
        max(tried.review_date) as review_date
    from tried
    group by tried.program_code
),

final as (
    select
        ours.user_key,
        ours.program_code,
        ours.policy_version,
        ours.tier_code,
        theirs.policy_version as other_version,
        theirs.tier_code as other_tier,
        snapshots.net_amount_365d
    from tried as ours
    inner join last_reviews
        on
            ours.program_code = last_reviews.program_code
            and ours.review_date = last_reviews.review_date
    inner join tried as theirs
        on
            ours.user_key = theirs.user_key
            and ours.program_code = theirs.program_code
            and ours.review_date = theirs.review_date
            and ours.policy_version < theirs.policy_version
            and coalesce(ours.tier_rank, 0) != coalesce(theirs.tier_rank, 0)
    inner join snapshots
        on
            ours.user_key = snapshots.user_key
            and ours.review_date = snapshots.as_of_date
)

select * from final
order by
    final.program_code asc,
    final.policy_version asc,
    final.other_version asc,
    final.net_amount_365d desc,
    final.user_key asc
