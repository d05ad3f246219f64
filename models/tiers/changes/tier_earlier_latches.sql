with standing as (
    select * from {{ strata__previous('tier_latches') }}
),

touched as (
    select
        snapshots.user_key,
        min(snapshots.as_of_date) as from_date
    from {{ ref('feat_touched_snapshots') }} as snapshots
    where {{ strata__is_month_end('snapshots.as_of_date') }}
    group by snapshots.user_key
),

ranked as (
    select
        standing.*,
        row_number() over (
            partition by standing.user_key, standing.program_code, standing.tier_code
            order by standing.review_date desc
        ) as review_from_last
    from standing
    inner join touched on standing.user_key = touched.user_key
    where standing.review_date < touched.from_date
),

final as (
    select
        ranked.user_key,
        ranked.program_code,
        ranked.review_date,
        ranked.tier_code,
        ranked.tier_rank,
        ranked.is_latched,
        ranked.failed_reviews,
        ranked.policy_version
    from ranked
    where ranked.review_from_last = 1
)

select * from final
