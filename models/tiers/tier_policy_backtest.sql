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

-- 1 for a rise, -1 for a fall.
tried as (
    select
        reviews.user_key,
        reviews.program_code,
        reviews.review_date,
        reviews.tier_rank,
        programs.base_code,
        programs.trial_version,
        programs.review_grain,
        coalesce(reviews.move, 'renewed') != 'renewed' as has_moved,
        case
            when reviews.move in ('entered', 'promoted') then 1
            when reviews.move in ('left', 'demoted', 'soft_landed') then -1
            else 0
        end as direction
    from reviews
    inner join programs on reviews.program_code = programs.program_code
),

recent as (
    select
        tried.*,
        min(tried.direction) over (
            partition by tried.user_key, tried.program_code
            order by tried.review_date
            rows between 3 preceding and 1 preceding
        ) as lowest_direction,
        max(tried.direction) over (
            partition by tried.user_key, tried.program_code
            order by tried.review_date
            rows between 3 preceding and 1 preceding
        ) as highest_direction
    from tried
),

counted as (
    select
        recent.base_code,
        recent.trial_version,
        recent.review_grain,
        recent.review_date,
        recent.tier_rank,
        count(*) as users,
        count(case when recent.has_moved then 1 end) as moves,
        count(case
            when recent.direction * recent.lowest_direction < 0 then 1
            when recent.direction * recent.highest_direction < 0 then 1
        end) as flaps,
        sum(snapshots.net_amount_365d) as net_amount
    from recent
    inner join snapshots
        on
            recent.user_key = snapshots.user_key
            and recent.review_date = snapshots.as_of_date
    group by
        recent.base_code,
        recent.trial_version,
        recent.review_grain,
        recent.review_date,
        recent.tier_rank
),

final as (
    select
        counted.base_code as program_code,
        counted.trial_version as policy_version,
        {{ strata__period_of('counted.review_grain', 'counted.review_date') }}
            as period,
        coalesce(tiers.tier_code, 'none') as tier_code,
        counted.users,
        counted.moves,
        counted.flaps,
        cast(
            counted.users
            * coalesce(tiers.benefit_cost_per_month, 0)
            * {{ strata__months_of('counted.review_grain') }}
            as {{ strata__type('decimal') }}
        ) as benefit_cost,
        cast(counted.net_amount as {{ strata__type('decimal') }}) as net_amount
    from counted
    left join tiers
        on
            counted.base_code = tiers.program_code
            and counted.tier_rank = tiers.tier_rank
)

select * from final
