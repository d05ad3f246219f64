with active_periods as (
    select * from {{ ref('metric_active_periods') }}
),

stretches as (
    select * from {{ ref('metric_stickiness_periods') }}
),

periods as (
    select distinct -- a period may be several days
        stretches.stickiness_code,
        stretches.window_date,
        stretches.period_number as period_count,
        stretches.is_mature
    from stretches
),

active as (
    select
        stretches.stickiness_code,
        stretches.window_date,
        stretches.period_number,
        stretches.period_length,
        active_periods.user_key
    from stretches
    inner join active_periods
        on
            stretches.activity_code = active_periods.activity_code
            and stretches.grain = active_periods.grain
            and stretches.period_date = active_periods.period_date
            and stretches.period_hour = active_periods.period_hour
),

seen as (
    select
        active.stickiness_code,
        active.window_date,
        active.period_number,
        active.user_key
    from active
    where active.period_length = 1
    union all
    select distinct -- somebody may be active on several days of a period
        active.stickiness_code,
        active.window_date,
        active.period_number,
        active.user_key
    from active
    where active.period_length > 1
),

persons as (
    select
        seen.stickiness_code,
        seen.window_date,
        seen.user_key,
        count(*) as period_count
    from seen
    group by seen.stickiness_code, seen.window_date, seen.user_key
),

counted as (
    select
        periods.stickiness_code,
        periods.window_date,
        periods.period_count,
        periods.is_mature,
        count(persons.user_key) as users
    from periods
    left join persons
        on
            periods.stickiness_code = persons.stickiness_code
            and periods.window_date = persons.window_date
            and periods.period_count = persons.period_count
    group by
        periods.stickiness_code,
        periods.window_date,
        periods.period_count,
        periods.is_mature
),

totals as (
    select
        counted.*,
        cast(sum(counted.users) over (
            partition by counted.stickiness_code, counted.window_date
            order by counted.period_count desc
        ) as bigint) as users_or_more,
        cast(sum(counted.users) over (
            partition by counted.stickiness_code, counted.window_date
        ) as bigint) as active_users
    from counted
),

final as (
    select
        totals.stickiness_code,
        totals.window_date,
        totals.period_count,
        totals.users,
        totals.users_or_more,
        totals.active_users,
        case
            when totals.is_mature
                then cast(totals.users as double) / nullif(totals.active_users, 0)
        end as user_rate,
        totals.is_mature
    from totals
)

select * from final
