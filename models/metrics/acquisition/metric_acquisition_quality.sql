with outcomes as (
    select * from {{ ref('metric_acquisition_outcomes') }}
),

ad_days as (
    select * from {{ ref('core_ad_days') }}
),

paybacks as (
    select * from {{ ref('metric_acquisition_month_paybacks') }}
),

horizons as (
    select * from {{ ref('stg_strata__acquisition_horizons') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

-- Spend counts as soon as its day is mature, with the people of the same day; of days
-- before the data neither does.
facts as (
    select
        outcomes.first_seen_date as date,
        outcomes.channel,
        outcomes.horizon_days,
        outcomes.visitors,
        outcomes.registrations,
        outcomes.buyers,
        outcomes.retained_registrations,
        outcomes.value_amount,
        cast(0 as decimal(18, 2)) as spend
    from outcomes
    union all
    select
        ad_days.spend_date as date,
        ad_days.channel,
        horizons.horizon_days,
        0 as visitors,
        0 as registrations,
        0 as buyers,
        0 as retained_registrations,
        cast(0 as decimal(18, 2)) as value_amount,
        ad_days.spend
    from ad_days
    cross join horizons
),

mature as (
    select
        facts.*,
        {{ strata__month_of('facts.date') }} as cohort_month
    from facts
    inner join clock
        on
            facts.date >= clock.first_date
            and {{ strata__add_days('facts.date', 'facts.horizon_days') }}
            <= clock.as_of_date
),

summed as (
    select
        mature.cohort_month,
        case when scopes.is_total then 'all' else mature.channel end as channel,
        mature.horizon_days,
        cast(sum(mature.visitors) as bigint) as visitors,
        cast(sum(mature.registrations) as bigint) as registrations,
        cast(sum(mature.buyers) as bigint) as buyers,
        cast(sum(mature.retained_registrations) as bigint) as retained_users,
        cast(sum(mature.value_amount) as decimal(18, 2)) as value_amount,
        cast(sum(mature.spend) as decimal(18, 2)) as spend
    from mature
    cross join (
        select true as is_total
        union all
        select false as is_total
    ) as scopes
    group by
        mature.cohort_month,
        case when scopes.is_total then 'all' else mature.channel end,
        mature.horizon_days
),

final as (
    select
        summed.cohort_month,
        summed.channel,
        summed.horizon_days,
        {{ strata__add_days(
            strata__period_end_after(
                "'month'", strata__add_days('summed.cohort_month', -1), 1
            ),
            'summed.horizon_days'
        ) }} <= clock.as_of_date as is_mature,
        summed.visitors,
        summed.registrations,
        summed.buyers,
        summed.retained_users,
        cast(summed.retained_users as double) / nullif(summed.registrations, 0)
            as retention_rate,
        summed.value_amount,
        cast(summed.value_amount as double) / nullif(summed.registrations, 0)
            as value_per_registration,
        summed.spend,
        cast(summed.spend as double) / nullif(summed.registrations, 0)
            as cost_per_registration,
        cast(summed.spend as double) / nullif(summed.buyers, 0) as cac,
        paybacks.payback_days
    from summed
    cross join clock
    left join paybacks
        on
            summed.cohort_month = paybacks.cohort_month
            and summed.channel = paybacks.channel
)

select * from final
