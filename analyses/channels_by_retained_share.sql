-- Which channels bring people who come back? The channel of the first session, and
-- the share of its people who were active again in the month after their first.
with users as (
    select * from {{ ref('core_users') }}
),

starts as (
    select * from {{ ref('metric_retention_starts') }}
),

days as (
    select * from {{ ref('core_user_days') }}
),

cohorts as (
    select * from {{ ref('metric_retention_cohorts') }}
),

-- Only months that are over count, so that young people do not look lost.
mature as (
    select
        cohorts.definition_code,
        cohorts.cohort_date,
        cohorts.period_number
    from cohorts
    where
        cohorts.definition_code = 'activity_monthly'
        and cohorts.period_number = 1
        and cohorts.is_mature
),

persons as (
    select
        coalesce(users.first_channel, '(no session)') as first_channel,
        bool_or(days.user_key is not null) as is_retained
    from starts
    inner join mature
        on
            starts.definition_code = mature.definition_code
            and starts.cohort_date = mature.cohort_date
    inner join users on starts.user_key = users.user_key
    left join days
        on
            starts.user_key = days.user_key
            and {{ strata__month_of('days.activity_date') }}
            = starts.cohort_date + interval '1 month'
    group by starts.user_key, users.first_channel
),

final as (
    select
        persons.first_channel,
        count(*) as users,
        count(*) filter (where persons.is_retained) as retained_users,
        avg(case when persons.is_retained then 1.0 else 0.0 end) as retained_rate
    from persons
    group by persons.first_channel
)

select * from final
order by final.retained_rate desc, final.first_channel asc
