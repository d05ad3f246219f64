-- Each person of a cohort is one member of each dimension.
with segments as (
    select
        segments.definition_code,
        segments.cohort_date,
        segments.cohort_hour,
        segments.dimension,
        segments.period_number,
        sum(segments.mature_users) as mature_users,
        sum(segments.retained_users) as retained_users,
        sum(segments.mature_retained_users) as mature_retained_users
    from {{ ref('metric_retention_segments') }} as segments
    group by
        segments.definition_code,
        segments.cohort_date,
        segments.cohort_hour,
        segments.dimension,
        segments.period_number
)

select segments.*
from segments
left join {{ ref('metric_retention_cohorts') }} as cohorts
    on
        segments.definition_code = cohorts.definition_code
        and segments.cohort_date = cohorts.cohort_date
        and segments.cohort_hour = cohorts.cohort_hour
        and segments.period_number = cohorts.period_number
where
    segments.mature_users is distinct from cohorts.mature_users
    or segments.retained_users is distinct from cohorts.retained_users
    or segments.mature_retained_users is distinct from cohorts.mature_retained_users
