with snapshots as (
    select * from {{ ref('feat_user_snapshots') }}
    where is_current
),

programs as (
    select * from {{ ref('tier_programs') }}
    where not is_trial
),

reviews as (
    select * from {{ ref('tier_user_reviews') }}
),

history as (
    select * from {{ ref('tier_user_history') }}
    where move != 'renewed'
),

overrides as (
    select * from {{ ref('tier_overrides') }}
),

-- Named where it is used: what is imported twice would be kept whole.
last_reviews as (
    select
        reviews.program_code,
        max(reviews.review_date) as review_date
    from {{ ref('tier_user_reviews') }} as reviews
    group by reviews.program_code
),

-- A renewal is no new beginning.
begun as (
    select
        history.user_key,
        history.program_code,
        max(history.valid_from) as since
    from history
    group by history.user_key, history.program_code
),

-- Who is out of a program has no next tier in it; a freeze keeps any tier until it
-- ends, a grant its own and the worse ones.
decided as (
    select
        snapshots.user_key,
        overrides.program_code,
        bool_or(overrides.action = 'opt_out') as is_out,
        max(case when overrides.action = 'freeze' then overrides.valid_to end)
            as frozen_to,
        min(case when overrides.action = 'grant' then overrides.valid_to end)
            as granted_to,
        max(overrides.tier_rank) as granted_rank
    from snapshots
    inner join overrides
        on
            snapshots.user_key = overrides.user_key
            and snapshots.as_of_date >= overrides.valid_from
            and snapshots.as_of_date < overrides.valid_to
    group by snapshots.user_key, overrides.program_code
),

stood as (
    select
        snapshots.user_key,
        snapshots.as_of_date,
        programs.program_code,
        programs.kind = 'tier' and not coalesce(decided.is_out, false) as is_climbing,
        programs.review_grain,
        programs.validity_reviews,
        programs.downgrade_policy,
        programs.outside_rank,
        reviews.tier_rank,
        coalesce(reviews.failed_reviews, 0) as failed_reviews,
        {{ strata__period_end_after(
            'programs.review_grain', 'snapshots.as_of_date', 1
        ) }} as next_review_date,
        greatest(
            {{ strata__add_days('snapshots.as_of_date', 1) }},
            decided.frozen_to,
            case
                when decided.granted_rank <= reviews.tier_rank then decided.granted_to
            end
        ) as open_from
    from snapshots
    cross join programs
    left join last_reviews on programs.program_code = last_reviews.program_code
    left join reviews
        on
            snapshots.user_key = reviews.user_key
            and programs.program_code = reviews.program_code
            and last_reviews.review_date = reviews.review_date
    left join decided
        on
            snapshots.user_key = decided.user_key
            and programs.program_code = decided.program_code
),

final as (
    select
        stood.user_key,
        stood.program_code,
        stood.is_climbing,
        stood.tier_rank,
        begun.since,
        history.reason,
        case
            when stood.is_climbing
                then nullif(coalesce(stood.tier_rank, stood.outside_rank) - 1, 0)
        end as next_rank,
        case
            when
                stood.is_climbing
                and stood.tier_rank is not null
                and stood.downgrade_policy != 'hold'
                and stood.open_from < cast('9999-12-31' as date)
                then {{ strata__period_end_after(
                    'stood.review_grain',
                    strata__add_days('stood.open_from', -1),
                    'stood.validity_reviews - case'
                    ~ ' when stood.next_review_date < stood.open_from then 0'
                    ~ ' else stood.failed_reviews end'
                ) }}
        end as keep_by
    from stood
    left join begun
        on
            stood.user_key = begun.user_key
            and stood.program_code = begun.program_code
    left join history
        on
            begun.user_key = history.user_key
            and begun.program_code = history.program_code
            and begun.since = history.valid_from
)

select * from final
