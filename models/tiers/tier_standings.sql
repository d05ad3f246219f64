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

last_reviews as (
    select
        reviews.program_code,
        max(reviews.review_date) as review_date
    from reviews
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

-- Who is out of a program has no next tier in it.
outside as (
    select distinct
        snapshots.user_key,
        overrides.program_code
    from snapshots
    inner join overrides
        on
            snapshots.user_key = overrides.user_key
            and snapshots.as_of_date >= overrides.valid_from
            and snapshots.as_of_date < overrides.valid_to
    where overrides.action = 'opt_out'
),

stood as (
    select
        snapshots.user_key,
        snapshots.as_of_date,
        programs.program_code,
        programs.kind = 'tier' and outside.user_key is null as is_climbing,
        programs.review_grain,
        programs.validity_reviews,
        programs.downgrade_policy,
        programs.outside_rank,
        reviews.tier_rank,
        coalesce(reviews.failed_reviews, 0) as failed_reviews
    from snapshots
    cross join programs
    left join last_reviews on programs.program_code = last_reviews.program_code
    left join reviews
        on
            snapshots.user_key = reviews.user_key
            and programs.program_code = reviews.program_code
            and last_reviews.review_date = reviews.review_date
    left join outside
        on
            snapshots.user_key = outside.user_key
            and programs.program_code = outside.program_code
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
                then {{ strata__period_end_after(
                    'stood.review_grain',
                    'stood.as_of_date',
                    'stood.validity_reviews - stood.failed_reviews'
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
