with occurrences as (
    select * from {{ strata__touched(
        ref('metric_user_occurrences'), ref('core_touched_days'), ['user_key']
    ) }}
),

activities as (
    select * from {{ ref('stg_strata__activity_definitions') }}
),

timed as (
    select
        occurrences.*,
        {{ strata__business_time('occurrences.hour_at') }} as local_at
    from occurrences
),

placed as (
    select
        activities.activity_code,
        activities.minimum_occurrences,
        grains.grain,
        timed.user_key,
        timed.occurrence_count,
        {{ strata__period_of('grains.date_grain', 'timed.event_date') }}
            as period_date,
        case
            when grains.grain = 'hour' then extract(hour from timed.local_at)
            else 0
        end as local_hour
    from timed
    inner join activities on timed.event_code = activities.event_code
    inner join (
        select
            'hour' as grain,
            'day' as date_grain
        union all
        select
            'day' as grain,
            'day' as date_grain
        union all
        select
            'week' as grain,
            'week' as date_grain
        union all
        select
            'month' as grain,
            'month' as date_grain
    ) as grains
        on activities.has_hours or grains.grain != 'hour'
),

final as (
    select
        placed.activity_code,
        placed.grain,
        placed.user_key,
        placed.period_date,
        cast(placed.local_hour as bigint) as period_hour
    from placed
    group by
        placed.activity_code,
        placed.minimum_occurrences,
        placed.grain,
        placed.user_key,
        placed.period_date,
        placed.local_hour
    having
        placed.minimum_occurrences = 1
        or sum(placed.occurrence_count) >= placed.minimum_occurrences
)

select * from final
