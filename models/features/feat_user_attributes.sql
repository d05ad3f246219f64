with spine as (
    select * from {{ ref('feat_touched_snapshots') }}
    where is_written
),

users as (
    select * from {{ ref('core_users') }}
),

versions as (
    select versions.*
    from {{ ref('core_user_versions') }} as versions
    where versions.is_profile
),

classes as (
    select * from {{ ref('stg_strata__city_classes') }}
),

final as (
    select
        users.user_key,
        spine.as_of_date,
        spine.is_current,
        spine.is_month_end,
        cast(
            case
                when
                    {{ strata__business_date('users.account_since_at') }}
                    <= spine.as_of_date then 1
                else 0
            end as bigint
        ) as has_account,
        {{ strata__days_between('users.first_seen_date', 'spine.as_of_date') }}
            as days_since_first_seen,
        case
            when
                {{ strata__business_date('users.registered_at') }}
                <= spine.as_of_date
                then {{ strata__days_between(
                    strata__business_date('users.registered_at'),
                    'spine.as_of_date'
                ) }}
        end as days_since_registration,
        {{ strata__full_years('versions.birth_date', 'spine.as_of_date') }}
            as age_years,
        {{ strata__days_until('versions.birth_date', 'spine.as_of_date') }}
            as days_until_birthday,
        case
            when
                {{ strata__business_date('users.registered_at') }}
                <= spine.as_of_date
                then {{ strata__days_until(
                    strata__business_date('users.registered_at'),
                    'spine.as_of_date'
                ) }}
        end as days_until_anniversary,
        case
            when
                {{ strata__business_date('users.first_visit_at') }}
                <= spine.as_of_date then users.first_channel
        end as first_channel,
        case
            when
                {{ strata__business_date('users.first_visit_at') }}
                <= spine.as_of_date then users.first_platform
            when
                {{ strata__business_date('users.first_order_at') }}
                <= spine.as_of_date then users.first_order_platform
        end as first_platform,
        versions.signup_channel,
        versions.gender,
        versions.city,
        case
            when versions.city is not null
                then coalesce(classes.city_class, others.city_class)
        end as city_class,
        versions.region,
        versions.country,
        versions.language
    from users
    inner join spine on users.user_key = spine.user_key
    left join versions
        on
            users.user_key = versions.user_key
            and spine.as_of_date >= versions.valid_from
            and spine.as_of_date < versions.valid_to
    left join classes
        on
            lower(versions.city) = lower(classes.city)
            and classes.city != 'default'
    left join classes as others on others.city = 'default'
)

select * from final
