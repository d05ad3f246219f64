with outcomes as (
    select * from {{ ref('metric_acquisition_outcomes') }}
),

pivoted as (
    select
        outcomes.first_seen_date,
        outcomes.channel,
        outcomes.media,
        outcomes.ad_type,
        outcomes.ad_content,
        outcomes.keyword,
        sum(outcomes.visitors) filter (where outcomes.horizon_days = 7) as mature_7d,
        sum(outcomes.retained_users) filter (where outcomes.horizon_days = 7)
            as retained_7d,
        sum(outcomes.value_amount) filter (where outcomes.horizon_days = 7)
            as value_7d,
        sum(outcomes.visitors) filter (where outcomes.horizon_days = 30) as mature_30d,
        sum(outcomes.retained_users) filter (where outcomes.horizon_days = 30)
            as retained_30d,
        sum(outcomes.value_amount) filter (where outcomes.horizon_days = 30)
            as value_30d,
        sum(outcomes.visitors) filter (where outcomes.horizon_days = 90) as mature_90d,
        sum(outcomes.retained_users) filter (where outcomes.horizon_days = 90)
            as retained_90d,
        sum(outcomes.value_amount) filter (where outcomes.horizon_days = 90)
            as value_90d
    from outcomes
    where outcomes.is_mature
    group by
        outcomes.first_seen_date,
        outcomes.channel,
        outcomes.media,
        outcomes.ad_type,
        outcomes.ad_content,
        outcomes.keyword
),

final as (
    select
        pivoted.first_seen_date,
        pivoted.channel,
        pivoted.media,
        pivoted.ad_type,
        pivoted.ad_content,
        pivoted.keyword,
        cast(pivoted.mature_7d as bigint) as mature_7d,
        cast(pivoted.retained_7d as bigint) as retained_7d,
        cast(pivoted.value_7d as decimal(18, 2)) as value_7d,
        cast(pivoted.mature_30d as bigint) as mature_30d,
        cast(pivoted.retained_30d as bigint) as retained_30d,
        cast(pivoted.value_30d as decimal(18, 2)) as value_30d,
        cast(pivoted.mature_90d as bigint) as mature_90d,
        cast(pivoted.retained_90d as bigint) as retained_90d,
        cast(pivoted.value_90d as decimal(18, 2)) as value_90d
    from pivoted
)

select * from final
