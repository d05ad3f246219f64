-- Of the people who first ordered in a month, which share ordered again in each of
-- the twelve months after it? A month that is not over yet is empty.
with cohorts as (
    select * from {{ ref('metric_retention_cohorts') }}
),

final as (
    select
        cohorts.cohort_date,
        max(cohorts.cohort_users) as cohort_users,
        max(case when cohorts.period_number = 1 then cohorts.retention_rate end)
            as month_1,
        max(case when cohorts.period_number = 2 then cohorts.retention_rate end)
            as month_2,
        max(case when cohorts.period_number = 3 then cohorts.retention_rate end)
            as month_3,
        max(case when cohorts.period_number = 4 then cohorts.retention_rate end)
            as month_4,
        max(case when cohorts.period_number = 5 then cohorts.retention_rate end)
            as month_5,
        max(case when cohorts.period_number = 6 then cohorts.retention_rate end)
            as month_6,
        max(case when cohorts.period_number = 7 then cohorts.retention_rate end)
            as month_7,
        max(case when cohorts.period_number = 8 then cohorts.retention_rate end)
            as month_8,
        max(case when cohorts.period_number = 9 then cohorts.retention_rate end)
            as month_9,
        max(case when cohorts.period_number = 10 then cohorts.retention_rate end)
            as month_10,
        max(case when cohorts.period_number = 11 then cohorts.retention_rate end)
            as month_11,
        max(case when cohorts.period_number = 12 then cohorts.retention_rate end)
            as month_12
    from cohorts
    where cohorts.definition_code = 'orders_monthly'
    group by cohorts.cohort_date
)

select * from final
order by final.cohort_date
