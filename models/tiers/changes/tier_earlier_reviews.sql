with standing as (
    select * from {{ strata__previous('tier_user_reviews') }}
),

touched as (
    select
        log.user_key,
        log.program_code,
        min(log.from_date) as from_date
    from {{ ref('tier_touched_reviews') }} as log
    group by log.user_key, log.program_code
),

programs as (
    select * from {{ ref('tier_programs') }}
),

dates as (
    select distinct
        standing.program_code,
        standing.review_date
    from standing
),

beginnings as (
    select distinct
        touched.program_code,
        touched.from_date
    from touched
),

numbered as (
    select
        beginnings.program_code,
        beginnings.from_date,
        dates.review_date,
        row_number() over (
            partition by beginnings.program_code, beginnings.from_date
            order by dates.review_date desc
        ) as review_from_last
    from beginnings
    inner join dates
        on
            beginnings.program_code = dates.program_code
            and beginnings.from_date > dates.review_date
),

-- As many as the longest row of failures that may cost a tier.
final as (
    select
        standing.user_key,
        standing.program_code,
        standing.review_date,
        standing.enter_rank,
        standing.stay_rank,
        standing.tier_rank,
        standing.failed_reviews,
        standing.policy_version
    from standing
    inner join touched
        on
            standing.user_key = touched.user_key
            and standing.program_code = touched.program_code
    inner join programs on standing.program_code = programs.program_code
    inner join numbered
        on
            standing.program_code = numbered.program_code
            and standing.review_date = numbered.review_date
            and touched.from_date = numbered.from_date
            and programs.validity_reviews >= numbered.review_from_last
)

select * from final
