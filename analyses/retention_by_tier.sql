-- Of the people who were active in a month, which share was active in the next three,
-- by the tier they held on their first active day of the month? Months that are over.
with segments as (
    select * from {{ ref('metric_retention_segments') }}
),

final as (
    select
        segments.member as tier_code,
        segments.period_number,
        sum(segments.mature_users) as mature_users,
        cast(sum(segments.mature_retained_users) as double)
        / nullif(sum(segments.mature_users), 0) as retention_rate
    from segments
    where
        segments.definition_code = 'activity_monthly_every'
        and segments.dimension = 'tier'
        and segments.period_number between 1 and 3
    group by segments.member, segments.period_number
)

select * from final
order by final.tier_code, final.period_number
