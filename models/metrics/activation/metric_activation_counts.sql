with users as (
    select * from {{ ref('core_users') }}
),

user_days as (
    select * from {{ ref('core_user_days') }}
),

first_days as (
    select * from {{ ref('metric_user_first_days') }}
),

definitions as (
    select * from {{ ref('stg_strata__activation_definitions') }}
),

behaviours as (
    select * from {{ ref('stg_strata__activation_behaviours') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

started as (
    select
        definitions.definition_code,
        users.user_key,
        case definitions.start
            when 'registered' then {{ strata__business_date('users.registered_at') }}
            else users.first_seen_date
        end as started_date,
        definitions.from_day,
        definitions.to_day
    from users
    cross join definitions
),

-- Those whose first days are in the data, and whose later days are over.
mature as (
    select started.*
    from started
    inner join clock
        on
            started.started_date >= clock.first_date
            and {{ strata__add_days('started.started_date', 'started.to_day') }}
            <= clock.as_of_date
),

retained as (
    select
        mature.definition_code,
        mature.user_key
    from mature
    inner join user_days
        on
            mature.user_key = user_days.user_key
            and user_days.activity_date
            between {{ strata__add_days('mature.started_date', 'mature.from_day') }}
            and {{ strata__add_days('mature.started_date', 'mature.to_day') }}
    group by mature.definition_code, mature.user_key
),

done as (
    select
        mature.definition_code,
        behaviours.behaviour_code,
        mature.user_key
    from first_days
    inner join behaviours on first_days.event_name = behaviours.event_name
    inner join mature
        on
            first_days.user_key = mature.user_key
            and first_days.activity_date >= mature.started_date
            and first_days.activity_date
            < {{ strata__add_days('mature.started_date', 'behaviours.within_days') }}
    group by
        mature.definition_code,
        behaviours.behaviour_code,
        behaviours.measure,
        behaviours.minimum_count,
        mature.user_key
    having
        case behaviours.measure
            when 'days' then count(*) else sum(first_days.event_count)
        end >= behaviours.minimum_count
),

totals as (
    select
        mature.definition_code,
        count(*) as users,
        count(retained.user_key) as retained_users
    from mature
    left join retained
        on
            mature.definition_code = retained.definition_code
            and mature.user_key = retained.user_key
    group by mature.definition_code
),

achieved as (
    select
        done.definition_code,
        done.behaviour_code,
        count(*) as users,
        count(retained.user_key) as retained_users
    from done
    left join retained
        on
            done.definition_code = retained.definition_code
            and done.user_key = retained.user_key
    group by done.definition_code, done.behaviour_code
),

final as (
    select
        totals.definition_code,
        behaviours.behaviour_code,
        totals.users,
        totals.retained_users,
        coalesce(achieved.users, 0) as users_with,
        coalesce(achieved.retained_users, 0) as retained_with
    from totals
    cross join behaviours
    left join achieved
        on
            totals.definition_code = achieved.definition_code
            and behaviours.behaviour_code = achieved.behaviour_code
)

select * from final
