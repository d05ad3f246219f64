with tags as (
    select * from {{ ref('stg_strata__tags') }}
),

statuses as (
    select * from {{ ref('tag_user_statuses') }}
),

-- How small a share of nothing counts, so that its logarithm is a number.
health as (
    select bounds.threshold as floor_rate
    from {{ ref('stg_strata__tag_health') }} as bounds
    where bounds.measure_code = 'floor'
),

people as (
    select
        snapshots.as_of_date,
        bool_and(snapshots.is_current) as is_current,
        count(*) as user_count,
        row_number() over (
            order by bool_and(snapshots.is_current) desc, snapshots.as_of_date desc
        ) as date_from_last
    from {{ ref('feat_user_snapshots') }} as snapshots
    where snapshots.is_current or snapshots.is_month_end
    group by snapshots.as_of_date
),

counted as (
    select
        statuses.tag_code,
        statuses.as_of_date,
        count(*) filter (where statuses.status = 'assigned') as assigned_count,
        count(*) filter (where statuses.status = 'not_assessed') as not_assessed_count
    from statuses
    group by statuses.tag_code, statuses.as_of_date
),

shares as (
    select
        tags.tag_code,
        people.as_of_date,
        people.date_from_last,
        coalesce(counted.assigned_count, 0) as assigned_count,
        coalesce(counted.not_assessed_count, 0) as not_assessed_count,
        cast(coalesce(counted.assigned_count, 0) as double) / people.user_count
            as assigned_rate,
        cast(coalesce(counted.not_assessed_count, 0) as double) / people.user_count
            as not_assessed_rate,
        cast(
            people.user_count
            - coalesce(counted.assigned_count, 0)
            - coalesce(counted.not_assessed_count, 0)
            as double
        ) / people.user_count as not_assigned_rate
    from tags
    cross join people
    left join counted
        on
            tags.tag_code = counted.tag_code
            and people.as_of_date = counted.as_of_date
    where people.date_from_last <= 2
),

final as (
    select
        now.tag_code,
        now.as_of_date,
        now.assigned_count as user_count,
        now.assigned_rate as coverage_rate,
        now.not_assessed_count,
        now.not_assessed_rate,
        earlier.as_of_date as previous_date,
        earlier.assigned_count as previous_user_count,
        earlier.assigned_rate as previous_coverage_rate,
        {{ strata__psi([
            ('now.assigned_rate', 'earlier.assigned_rate'),
            ('now.not_assessed_rate', 'earlier.not_assessed_rate'),
            ('now.not_assigned_rate', 'earlier.not_assigned_rate')
        ], 'health.floor_rate') }} as psi
    from shares as now
    cross join health
    left join shares as earlier
        on now.tag_code = earlier.tag_code and earlier.date_from_last = 2
    where now.date_from_last = 1
)

select * from final
