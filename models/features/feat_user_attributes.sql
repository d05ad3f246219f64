with as_of_dates as (
    select * from {{ ref('core_as_of_dates') }}
),

users as (
    select * from {{ ref('core_users') }}
),

versions as (
    select versions.*
    from {{ ref('core_user_versions') }} as versions
    where versions.is_profile
),

final as (
    select
        users.user_key,
        as_of_dates.as_of_date,
        as_of_dates.is_current,
        as_of_dates.is_month_end,
        cast(
            case
                when
                    {{ strata__business_date('users.account_since_at') }}
                    <= as_of_dates.as_of_date then 1
                else 0
            end as bigint
        ) as has_account,
        {{ strata__days_between('users.first_seen_date', 'as_of_dates.as_of_date') }}
            as days_since_first_seen,
        case
            when
                {{ strata__business_date('users.registered_at') }}
                <= as_of_dates.as_of_date
                then {{ strata__days_between(
                    strata__business_date('users.registered_at'),
                    'as_of_dates.as_of_date'
                ) }}
        end as days_since_registration,
        {{ strata__full_years('versions.birth_date', 'as_of_dates.as_of_date') }}
            as age_years,
        case
            when
                {{ strata__business_date('users.first_visit_at') }}
                <= as_of_dates.as_of_date then users.first_channel
        end as first_channel,
        case
            when
                {{ strata__business_date('users.first_visit_at') }}
                <= as_of_dates.as_of_date then users.first_platform
            when
                {{ strata__business_date('users.first_order_at') }}
                <= as_of_dates.as_of_date then users.first_order_platform
        end as first_platform,
        versions.signup_channel,
        versions.gender,
        versions.city,
        versions.region,
        versions.country,
        versions.language
    from users
    inner join as_of_dates on users.first_seen_date <= as_of_dates.as_of_date
    left join versions
        on
            users.user_key = versions.user_key
            and as_of_dates.as_of_date >= versions.valid_from
            and as_of_dates.as_of_date < versions.valid_to
)

select * from final
