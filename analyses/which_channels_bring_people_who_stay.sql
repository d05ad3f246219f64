-- Which channels bring people who stay, and what does one who stays cost? All people
-- whose first 30 days are over; a channel with cheap registrations can be the dearest.
with quality as (
    select * from {{ ref('metric_acquisition_quality') }}
),

summed as (
    select
        quality.channel,
        sum(quality.registrations) as registrations,
        sum(quality.retained_users) as retained_users,
        sum(quality.value_amount) as value_amount,
        sum(quality.spend) as spend
    from quality
    where quality.horizon_days = 30 and quality.channel != 'all'
    group by quality.channel
),

final as (
    select
        summed.channel,
        summed.registrations,
        summed.retained_users,
        cast(summed.retained_users as double) / nullif(summed.registrations, 0)
            as retained_rate,
        cast(summed.spend as double) / nullif(summed.registrations, 0)
            as cost_per_registration,
        cast(summed.spend as double) / nullif(summed.retained_users, 0)
            as cost_per_retained_user,
        cast(summed.value_amount as double) / nullif(summed.registrations, 0)
            as value_per_registration,
        summed.spend
    from summed
)

select * from final
order by final.retained_rate desc nulls last, final.channel asc
