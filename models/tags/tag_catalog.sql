with tags as (
    select * from {{ ref('stg_strata__tags') }}
),

counts as (
    select * from {{ ref('tag_counts') }}
),

pairs as (
    select * from {{ ref('tag_overlaps') }}
),

intervals as (
    select * from {{ ref('tag_user_tags') }}
),

health as (
    select
        max(case when bounds.measure_code = 'coverage_low' then bounds.threshold end)
            as coverage_low,
        max(case when bounds.measure_code = 'coverage_high' then bounds.threshold end)
            as coverage_high,
        max(case
            when bounds.measure_code = 'not_assessed_high' then bounds.threshold
        end) as not_assessed_high,
        max(case when bounds.measure_code = 'drift' then bounds.threshold end) as drift,
        max(case when bounds.measure_code = 'overlap' then bounds.threshold end)
            as near_identical,
        max(case when bounds.measure_code = 'unused_days' then bounds.threshold end)
            as unused_days
    from {{ ref('stg_strata__tag_health') }} as bounds
),

held as (
    select
        intervals.tag_code,
        max(intervals.valid_to) as last_to
    from intervals
    group by intervals.tag_code
),

nearest as (
    select
        pairs.tag_code,
        pairs.other_tag_code,
        pairs.overlap_rate,
        row_number() over (
            partition by pairs.tag_code
            order by pairs.overlap_rate desc, pairs.other_tag_code asc
        ) as place
    from pairs
),

final as (
    select
        tags.tag_code,
        tags.label_en,
        tags.label_zh,
        tags.family,
        tags.exclusive_group,
        tags.priority,
        tags.owner,
        tags.rationale,
        counts.as_of_date,
        counts.user_count,
        counts.coverage_rate,
        counts.not_assessed_count,
        counts.not_assessed_rate,
        counts.previous_date,
        counts.previous_user_count,
        counts.previous_coverage_rate,
        counts.psi,
        nearest.other_tag_code as nearest_tag_code,
        nearest.overlap_rate,
        case
            when held.last_to > counts.as_of_date then counts.as_of_date
            else {{ strata__add_days('held.last_to', -1) }}
        end as last_held_date,
        counts.user_count = 0 and (
            held.last_to is null
            or {{ strata__days_between('held.last_to', 'counts.as_of_date') }}
            >= health.unused_days
        ) as is_unused,
        counts.user_count > 0 and counts.coverage_rate < health.coverage_low
            as is_rare,
        coalesce(counts.coverage_rate > health.coverage_high, false)
            as is_nearly_everybody,
        coalesce(counts.not_assessed_rate > health.not_assessed_high, false)
            as is_mostly_unknown,
        coalesce(counts.psi > health.drift, false) as has_drifted,
        coalesce(nearest.overlap_rate >= health.near_identical, false)
            as is_near_identical
    from tags
    cross join health
    inner join counts on tags.tag_code = counts.tag_code
    left join held on tags.tag_code = held.tag_code
    left join nearest on tags.tag_code = nearest.tag_code and nearest.place = 1
)

select * from final
