with events as (
    select
        coalesce(events.anonymous_id, '') as anonymous_id,
        coalesce(events.user_id, '') as user_id,
        events.event_at
    from {{ ref('stg_strata__events') }} as events
),

touched as (
    select *
    from {{ strata__touched(
        'events', ref('core_touched_sightings'), ['anonymous_id', 'user_id']
    ) }} as events
),

clock as (
    select * from {{ ref('core_clock') }}
),

final as (
    select
        touched.anonymous_id,
        touched.user_id,
        count(*) as event_count,
        min(touched.event_at) as first_event_at,
        max(touched.event_at) as last_event_at
    from touched
    inner join clock
        on {{ strata__business_date('touched.event_at') }} <= clock.as_of_date
    group by touched.anonymous_id, touched.user_id
)

select * from final
