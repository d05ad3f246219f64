with replaced as (
    select *
    from {{ strata__replaced(
        ref('core_users'),
        ref('core_replaced_users'),
        ['user_key'],
        ['registered_at', 'first_visit_at', 'first_order_at']
    ) }} as replaced
),

touched as (
    select * from {{ ref('core_touched_users') }}
),

left_persons as (
    select * from {{ ref('core_left_persons') }}
),

moved_persons as (
    select * from {{ ref('core_moved_persons') }}
),

-- A person may have several partners.
moved as (
    select
        moved_persons.user_key,
        bool_or(moved_persons.has_account) as has_account
    from moved_persons
    group by moved_persons.user_key
),

dated as (
    select
        replaced.user_key,
        {{ strata__business_date('replaced.old_registered_at') }} as old_registered,
        {{ strata__business_date('replaced.new_registered_at') }} as new_registered,
        {{ strata__business_date(
            'least(replaced.old_first_visit_at, replaced.old_first_order_at)'
        ) }} as old_first,
        {{ strata__business_date(
            'least(replaced.new_first_visit_at, replaced.new_first_order_at)'
        ) }} as new_first
    from replaced
),

caused as (
    select
        dated.*,
        case
            when left_persons.is_erased then 'erasure'
            when {{ strata__is_redefined('core_users') }}
                and touched.user_key is null then 'rule_change'
            when left_persons.user_key is not null then 'identity'
            when moved.user_key is not null then 'identity'
            else 'late_events'
        end as cause,
        left_persons.user_key is null and not moved.has_account as has_device_alone
    from dated
    left join left_persons on dated.user_key = left_persons.user_key
    left join moved on dated.user_key = moved.user_key
    left join touched on dated.user_key = touched.user_key
),

-- A device that moves takes no registration along: who registered did so late.
registered as (
    select
        caused.old_registered,
        caused.new_registered,
        case
            when caused.cause = 'identity' and caused.has_device_alone
                then 'late_events'
            else caused.cause
        end as cause
    from caused
),

parts as (
    select
        'registrations' as metric_code,
        registered.old_registered as metric_date,
        registered.cause,
        -1 as change
    from registered
    union all
    select
        'registrations' as metric_code,
        registered.new_registered as metric_date,
        registered.cause,
        1 as change
    from registered
    union all
    select
        'new_users' as metric_code,
        caused.old_first as metric_date,
        caused.cause,
        -1 as change
    from caused
    union all
    select
        'new_users' as metric_code,
        caused.new_first as metric_date,
        caused.cause,
        1 as change
    from caused
),

final as (
    select
        parts.metric_code,
        parts.metric_date,
        parts.cause,
        cast(sum(parts.change) as decimal(18, 2)) as change
    from parts
    where parts.metric_date is not null
    group by parts.metric_code, parts.metric_date, parts.cause
    having sum(parts.change) != 0
)

select * from final
