with counts as (
    select * from {{ ref('metric_referral_counts') }}
),

rated as (
    select
        counts.*,
        counts.is_over and counts.mature_invites = counts.invites as is_mature,
        case
            when counts.is_over or counts.period_grain = 'lifetime'
                then cast(counts.invites as double) / nullif(counts.active_users, 0)
        end as invites_per_user,
        cast(counts.mature_accepted_invites as double)
        / nullif(counts.mature_invites, 0) as acceptance_rate,
        cast(counts.mature_new_users as double) / nullif(counts.mature_invites, 0)
            as joining_rate
    from counts
),

final as (
    select
        rated.period_grain,
        rated.period,
        rated.is_mature,
        rated.active_users,
        rated.inviters,
        rated.invites,
        rated.accepted_invites,
        rated.new_users,
        rated.mature_invites,
        rated.mature_accepted_invites,
        rated.mature_new_users,
        rated.invites_per_user,
        rated.acceptance_rate,
        rated.joining_rate,
        case
            when rated.is_mature
                then cast(rated.mature_new_users as double)
                    / nullif(rated.active_users, 0)
            when rated.period_grain = 'lifetime'
                then rated.invites_per_user * rated.joining_rate
        end as k_factor,
        rated.median_days_to_accept,
        rated.median_days_to_invite,
        rated.median_cycle_days,
        rated.depth
    from rated
)

select * from final
