-- Nobody is retained who did not start, nor mature; *on or after* never rises with the
-- period, nor does *on or before* fall; nobody mature means no rate; on the calendar a
-- cohort is mature as a whole.
with cells as (
    select
        cohorts.*,
        definitions.kind,
        definitions.clock
    from {{ ref('metric_retention_cohorts') }} as cohorts
    inner join {{ ref('stg_strata__retention_definitions') }} as definitions
        on cohorts.definition_code = definitions.definition_code
),

compared as (
    select
        cells.*,
        lag(cells.retained_users) over (
            partition by
                cells.definition_code, cells.cohort_date, cells.cohort_hour
            order by cells.period_number
        ) as previous_users
    from cells
)

select *
from compared
where
    compared.retained_users > compared.cohort_users
    or compared.mature_retained_users > compared.mature_users
    or compared.mature_retained_users > compared.retained_users
    or (
        compared.kind = 'on_or_after'
        and compared.retained_users > compared.previous_users
    )
    or (
        compared.kind = 'on_or_before'
        and compared.period_number > 1
        and compared.retained_users < compared.previous_users
    )
    or (compared.mature_users = 0) != (compared.retention_rate is null)
    or compared.is_mature != (compared.mature_users = compared.cohort_users)
    or (
        compared.clock = 'calendar'
        and compared.mature_users not in (0, compared.cohort_users)
    )
