with users as (
    select * from {{ ref('metric_acquired_users') }}
),

user_days as (
    select * from {{ ref('core_user_days') }}
),

horizons as (
    select * from {{ ref('stg_strata__acquisition_horizons') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

lived as (
    select
        user_days.user_key,
        user_days.net_amount,
        {{ strata__days_between('users.first_seen_date', 'user_days.activity_date') }}
            as day_number
    from user_days
    inner join users on user_days.user_key = users.user_key
),

-- Retained is who is active in the last days of the horizon, and not who once was.
told as (
    select
        lived.user_key,
        horizons.horizon_days,
        sum(lived.net_amount) as value_amount,
        bool_or(
            lived.day_number > 0
            and lived.day_number > horizons.horizon_days - horizons.return_days
        ) as is_retained
    from lived
    inner join horizons on lived.day_number <= horizons.horizon_days
    group by lived.user_key, horizons.horizon_days
),

measured as (
    select
        users.*,
        horizons.horizon_days,
        {{ strata__add_days('users.first_seen_date', 'horizons.horizon_days') }}
            as horizon_date,
        coalesce(told.is_retained, false) as is_retained,
        coalesce(told.value_amount, 0) as value_amount
    from users
    cross join horizons
    left join told
        on
            users.user_key = told.user_key
            and horizons.horizon_days = told.horizon_days
),

flagged as (
    select
        measured.*,
        (
            measured.first_seen_date >= clock.first_date
            and measured.horizon_date <= clock.as_of_date
        ) as is_mature,
        coalesce(measured.registered_date <= measured.horizon_date, false)
            as is_registered,
        coalesce(measured.first_order_date <= measured.horizon_date, false) as is_buyer
    from measured
    cross join clock
),

final as (
    select
        flagged.first_seen_date,
        flagged.channel,
        flagged.media,
        flagged.ad_type,
        flagged.ad_content,
        flagged.keyword,
        flagged.horizon_days,
        flagged.is_mature,
        count(*) as visitors,
        count(*) filter (where flagged.is_registered) as registrations,
        count(*) filter (where flagged.is_buyer) as buyers,
        count(*) filter (where flagged.is_retained) as retained_users,
        count(*) filter (where flagged.is_retained and flagged.is_registered)
            as retained_registrations,
        cast(sum(flagged.value_amount) as decimal(18, 2)) as value_amount
    from flagged
    group by
        flagged.first_seen_date,
        flagged.channel,
        flagged.media,
        flagged.ad_type,
        flagged.ad_content,
        flagged.keyword,
        flagged.horizon_days,
        flagged.is_mature
)

select * from final
