with changed_rows as (
    select * from {{ ref('stg_strata__changed_rows') }}
),

moved_ids as (
    select * from {{ ref('core_moved_ids') }}
),

clock_shift as (
    select * from {{ ref('core_clock_shift') }}
),

events as (
    select * from {{ ref('stg_strata__events') }}
),

final as (
    select changed_rows.row_key as event_id
    from changed_rows
    where
        changed_rows.source_table = 'events'
        and {{ strata__continues('core_events') }}
    union
    select events.event_id
    from events
    inner join moved_ids
        on
            moved_ids.id_type = 'user_id'
            and events.user_id = moved_ids.id
    union
    select events.event_id
    from events
    inner join moved_ids
        on
            moved_ids.id_type = 'anonymous_id'
            and events.anonymous_id = moved_ids.id
            and events.event_at >= moved_ids.valid_from
            and events.event_at < moved_ids.valid_to
    union
    select events.event_id
    from events
    inner join clock_shift
        on
            {{ strata__business_date('events.event_at') }} > clock_shift.after_date
            and {{ strata__business_date('events.event_at') }} <= clock_shift.until_date
    where {{ strata__continues('core_events') }}
)

select * from final
