with replaced as (
    select *
    from {{ strata__replaced(
        ref('core_user_days'),
        ref('core_replaced_days'),
        ['user_key', 'activity_date'],
        ['event_count', 'session_count', 'order_count']
    ) }} as replaced
),

touched as (
    select * from {{ ref('core_touched_days') }}
),

left_persons as (
    select * from {{ ref('core_left_persons') }}
),

moved_persons as (
    select * from {{ ref('core_moved_persons') }}
),

changed as (
    select
        replaced.user_key,
        replaced.activity_date,
        case when replaced.is_standing then 1 else 0 end
        - case when replaced.was_standing then 1 else 0 end as days,
        coalesce(replaced.new_event_count, 0) - coalesce(replaced.old_event_count, 0)
            as events,
        coalesce(replaced.new_session_count, 0)
        - coalesce(replaced.old_session_count, 0) as sessions,
        coalesce(replaced.new_order_count, 0) - coalesce(replaced.old_order_count, 0)
            as orders
    from replaced
),

-- Ids moved from one person to another, and on this day one lost and one gained.
handed as (
    select distinct -- a person may have several partners
        mine.user_key,
        mine.activity_date
    from changed as mine
    inner join moved_persons on mine.user_key = moved_persons.user_key
    inner join changed as theirs
        on
            moved_persons.partner_key = theirs.user_key
            and mine.activity_date = theirs.activity_date
    where
        sign(mine.days + mine.events + mine.orders)
        = -sign(theirs.days + theirs.events + theirs.orders)
        and mine.days + mine.events + mine.orders != 0
),

caused as (
    select
        changed.*,
        handed.user_key is not null and left_persons.user_key is null as is_handed,
        case
            when left_persons.is_erased then 'erasure'
            when {{ strata__is_redefined('core_user_days') }}
                and touched.user_key is null then 'rule_change'
            when left_persons.user_key is not null then 'identity'
            when handed.user_key is not null then 'identity'
            else 'late_events'
        end as cause
    from changed
    left join left_persons on changed.user_key = left_persons.user_key
    left join touched
        on
            changed.user_key = touched.user_key
            and changed.activity_date = touched.activity_date
    left join handed
        on
            changed.user_key = handed.user_key
            and changed.activity_date = handed.activity_date
),

-- An event has one owner before and after, so no move makes events more or fewer.
parts as (
    select
        'dau' as metric_code,
        caused.activity_date as metric_date,
        caused.cause,
        caused.days as change
    from caused
    union all
    select
        'events' as metric_code,
        caused.activity_date as metric_date,
        case
            when caused.cause = 'identity' and caused.is_handed then 'late_events'
            else caused.cause
        end as cause,
        caused.events as change
    from caused
    union all
    select
        'sessions' as metric_code,
        caused.activity_date as metric_date,
        caused.cause,
        caused.sessions as change
    from caused
),

final as (
    select
        parts.metric_code,
        parts.metric_date,
        parts.cause,
        cast(sum(parts.change) as decimal(18, 2)) as change
    from parts
    group by parts.metric_code, parts.metric_date, parts.cause
    having sum(parts.change) != 0
)

select * from final
