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
        verdicts.as_of_date,
        verdicts.is_current,
        count(*) as user_count
    from {{ ref('tag_recent_verdicts') }} as verdicts
    group by verdicts.as_of_date, verdicts.is_current
),

assigned as (
    select
        statuses.tag_code,
        statuses.as_of_date,
        count(*) as user_count
    from statuses
    where statuses.status = 'assigned'
    group by statuses.tag_code, statuses.as_of_date
),

unassessed as (
    select
        sets.tag_code,
        sets.as_of_date,
        cast(sum(sets.user_count) as bigint) as user_count
    from {{ ref('tag_unassessed_sets') }} as sets
    group by sets.tag_code, sets.as_of_date
),

counted as (
    select
        tags.tag_code,
        people.as_of_date,
        people.is_current,
        people.user_count,
        coalesce(assigned.user_count, 0) as assigned_count,
        coalesce(unassessed.user_count, 0) as not_assessed_count
    from tags
    cross join people
    left join assigned
        on
            tags.tag_code = assigned.tag_code
            and people.as_of_date = assigned.as_of_date
    left join unassessed
        on
            tags.tag_code = unassessed.tag_code
            and people.as_of_date = unassessed.as_of_date
),

shares as (
    select
        counted.*,
        cast(counted.assigned_count as double) / counted.user_count as assigned_rate,
        cast(counted.not_assessed_count as double) / counted.user_count
            as not_assessed_rate,
        cast(
            counted.user_count - counted.assigned_count - counted.not_assessed_count
            as double
        ) / counted.user_count as not_assigned_rate
    from counted
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
        on now.tag_code = earlier.tag_code and not earlier.is_current
    where now.is_current
)

select * from final
