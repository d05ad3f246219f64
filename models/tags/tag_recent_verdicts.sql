with verdicts as (
    select * from {{ ref('tag_user_verdicts') }}
),

-- What is current is compared with today: carried from here through a join and `unnest`
-- it ends a large build in an internal error of DuckDB 2.0.
dates as (
    select
        snapshots.as_of_date,
        max(max(case when snapshots.is_current then snapshots.as_of_date end)) over ()
            as today,
        row_number() over (
            order by bool_and(snapshots.is_current) desc, snapshots.as_of_date desc
        ) as date_from_last
    from {{ ref('feat_user_snapshots') }} as snapshots
    where snapshots.is_current or snapshots.is_month_end
    group by snapshots.as_of_date
),

final as (
    select
        verdicts.user_key,
        verdicts.as_of_date,
        verdicts.as_of_date = dates.today as is_current,
        verdicts.met_rules,
        verdicts.shared_rules,
        verdicts.unknown_rules
    from verdicts
    inner join dates on verdicts.as_of_date = dates.as_of_date
    where dates.date_from_last <= 2
)

select * from final
