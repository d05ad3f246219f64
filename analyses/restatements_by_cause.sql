-- By how much did published figures move, why, and how long after the fact?
-- Both directions are shown, since a sum of the two would hide them.
with restatements as (
    select * from {{ ref('metric_restatements') }}
),

final as (
    select
        restatements.metric_code,
        restatements.cause,
        count(distinct restatements.metric_date) as restated_days,
        sum(greatest(restatements.change, 0)) as added,
        sum(least(restatements.change, 0)) as taken_away,
        median({{ strata__days_between(
            'restatements.metric_date', 'restatements.as_of_date'
        ) }}) as median_days_after
    from restatements
    group by restatements.metric_code, restatements.cause
)

select * from final
order by final.metric_code asc, final.restated_days desc, final.cause asc
