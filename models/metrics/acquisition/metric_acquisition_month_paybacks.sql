with ad_days as (
    select * from {{ ref('core_ad_days') }}
),

curves as (
    select * from {{ ref('metric_acquisition_curves') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

scopes as (
    select true as is_total
    union all
    select false as is_total
),

spent as (
    select
        {{ strata__month_of('ad_days.spend_date') }} as cohort_month,
        case when scopes.is_total then 'all' else ad_days.channel end as channel,
        sum(ad_days.spend) as spend
    from ad_days
    inner join clock on ad_days.spend_date >= clock.first_date
    cross join scopes
    group by
        {{ strata__month_of('ad_days.spend_date') }},
        case when scopes.is_total then 'all' else ad_days.channel end
),

brought as (
    select
        {{ strata__month_of('curves.first_seen_date') }} as cohort_month,
        case when scopes.is_total then 'all' else curves.channel end as channel,
        curves.day_number,
        sum(curves.value_amount) as value_amount
    from curves
    cross join scopes
    group by
        {{ strata__month_of('curves.first_seen_date') }},
        case when scopes.is_total then 'all' else curves.channel end,
        curves.day_number
),

earned as (
    select
        brought.*,
        sum(brought.value_amount) over (
            partition by brought.cohort_month, brought.channel
            order by brought.day_number
        ) as earned_amount
    from brought
),

-- A day of the cohort is known once the person of its last day has lived it.
final as (
    select
        spent.cohort_month,
        spent.channel,
        min(earned.day_number) as payback_days
    from spent
    inner join earned
        on
            spent.cohort_month = earned.cohort_month
            and spent.channel = earned.channel
            and spent.spend <= earned.earned_amount
    inner join clock
        on
            {{ strata__add_days(
                strata__period_end_after(
                    "'month'", strata__add_days('spent.cohort_month', -1), 1
                ),
                'earned.day_number'
            ) }}
            <= clock.as_of_date
    where spent.spend > 0
    group by spent.cohort_month, spent.channel
)

select * from final
