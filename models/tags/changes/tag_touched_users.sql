-- One row per snapshot and build is in the log of touched snapshots.
with touched as (
    select distinct
        snapshots.user_key,
        snapshots.as_of_date
    from {{ ref('tag_touched_snapshots') }} as snapshots
),

verdicts as (
    select * from {{ ref('tag_user_verdicts') }}
),

dates as (
    select
        snapshots.as_of_date,
        lag(snapshots.as_of_date) over (order by snapshots.as_of_date)
            as previous_date
    from {{ ref('feat_user_snapshots') }} as snapshots
    group by snapshots.as_of_date
),

standing as (
    select * from {{ strata__previous('tag_user_tags') }}
),

-- Where an interval begins or ends now, and where one did.
moved as (
    select
        touched.user_key,
        touched.as_of_date
    from touched
    inner join dates on touched.as_of_date = dates.as_of_date
    left join verdicts
        on
            touched.user_key = verdicts.user_key
            and touched.as_of_date = verdicts.as_of_date
    left join verdicts as previous_verdicts
        on
            touched.user_key = previous_verdicts.user_key
            and dates.previous_date = previous_verdicts.as_of_date
    where verdicts.met_rules is distinct from previous_verdicts.met_rules
    union all
    select
        touched.user_key,
        touched.as_of_date
    from touched
    inner join standing
        on
            touched.user_key = standing.user_key
            and {{ strata__add_days('touched.as_of_date', 1) }} = standing.valid_from
    union all
    select
        touched.user_key,
        touched.as_of_date
    from touched
    inner join standing
        on
            touched.user_key = standing.user_key
            and {{ strata__add_days('touched.as_of_date', 1) }} = standing.valid_to
),

final as (
    select
        moved.user_key,
        {{ strata__add_days('min(moved.as_of_date)', 1) }} as from_date
    from moved
    where {{ strata__continues('tag_user_tags') }}
    group by moved.user_key
)

select * from final
