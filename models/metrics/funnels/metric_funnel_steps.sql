with counted as (
    select * from {{ ref('metric_funnel_step_counts') }}
),

times as (
    select * from {{ ref('metric_funnel_step_times') }}
),

compared as (
    select
        counted.*,
        first_value(counted.mature_users) over chain as mature_entered_users,
        lag(counted.mature_users) over chain as mature_previous_users
    from counted
    window chain as (
        partition by
            counted.funnel_code,
            counted.period_grain,
            counted.entry_date,
            counted.channel,
            counted.platform,
            counted.tier,
            counted.first_channel,
            counted.breakdown
        order by counted.step_number
    )
),

final as (
    select
        compared.funnel_code,
        compared.period_grain,
        compared.entry_date,
        compared.channel,
        compared.platform,
        compared.tier,
        compared.first_channel,
        compared.breakdown,
        compared.step_number,
        compared.users,
        compared.mature_users,
        compared.mature_entered_users,
        compared.mature_previous_users,
        cast(compared.mature_users as double)
        / nullif(compared.mature_entered_users, 0) as rate_from_start,
        cast(compared.mature_users as double)
        / nullif(compared.mature_previous_users, 0) as rate_from_previous,
        times.median_seconds as median_seconds_from_previous,
        times.average_seconds as average_seconds_from_previous
    from compared
    left join times
        on
            compared.funnel_code = times.funnel_code
            and compared.period_grain = times.period_grain
            and compared.entry_date = times.entry_date
            and compared.channel = times.channel
            and compared.platform = times.platform
            and compared.tier = times.tier
            and compared.first_channel = times.first_channel
            and compared.breakdown = times.breakdown
            and compared.step_number = times.step_number
)

select * from final
