with spine as (
    select * from {{ ref('feat_touched_snapshots') }}
    where is_written
),

days as (
    select * from {{ ref('core_user_days') }}
),

counted as (
    select
        spine.user_key,
        spine.as_of_date,
        count(days.activity_date) as active_day_count_lifetime,
        min(days.activity_date) as first_date,
        max(days.activity_date) as last_date
    from spine
    left join days
        on
            spine.user_key = days.user_key
            and spine.as_of_date >= days.activity_date
    group by spine.user_key, spine.as_of_date
),

measured as (
    select
        counted.user_key,
        counted.as_of_date,
        counted.active_day_count_lifetime,
        {{ strata__days_between('counted.last_date', 'counted.as_of_date') }}
            as days_since_last_activity,
        cast(
            {{ strata__days_between('counted.first_date', 'counted.last_date') }}
            as double
        )
        / nullif(counted.active_day_count_lifetime - 1, 0) as days_between_active_days
    from counted
),

final as (
    select
        measured.user_key,
        measured.as_of_date,
        measured.active_day_count_lifetime,
        measured.days_since_last_activity,
        measured.days_between_active_days,
        measured.days_since_last_activity
        / nullif(measured.days_between_active_days, 0) as silence_ratio
    from measured
)

select * from final
