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
        activities.maximum_occurrences,
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

-- Counted from a fixed day, so that the number of a period never moves.
active as (
    select
        placed.activity_code,
        placed.grain,
        placed.user_key,
        placed.period_date,
        cast(placed.local_hour as bigint) as period_hour,
        case
            when placed.grain = 'hour'
                then 24 * {{ strata__days_between(
                    "cast('1970-01-05' as date)", 'placed.period_date'
                ) }} + placed.local_hour
            else {{ strata__periods_between(
                'placed.grain',
                strata__period_of('placed.grain', "cast('1970-01-05' as date)"),
                'placed.period_date'
            ) }}
        end as period_index
    from placed
    group by
        placed.activity_code,
        placed.minimum_occurrences,
        placed.maximum_occurrences,
        placed.grain,
        placed.user_key,
        placed.period_date,
        placed.local_hour
    having
        (
            placed.minimum_occurrences = 1
            or sum(placed.occurrence_count) >= placed.minimum_occurrences
        )
        and (
            placed.maximum_occurrences is null
            or sum(placed.occurrence_count) <= placed.maximum_occurrences
        )
),

spaced as (
    select
        active.*,
        lag(active.period_index) over (
            partition by active.activity_code, active.grain, active.user_key
            order by active.period_index
        ) as previous_index,
        lead(active.period_index) over (
            partition by active.activity_code, active.grain, active.user_key
            order by active.period_index
        ) as next_index
    from active
),

final as (
    select
        spaced.activity_code,
        spaced.grain,
        spaced.user_key,
        spaced.period_date,
        spaced.period_hour,
        spaced.previous_index is null as is_first,
        coalesce(spaced.previous_index = spaced.period_index - 1, false)
            as is_returning,
        coalesce(spaced.next_index = spaced.period_index + 1, false) as is_followed
    from spaced
)

select * from final
