with touched as (
    select * from {{ ref('feat_touched_snapshots') }}
),

snapshots as (
    select * from {{ ref('feat_user_snapshots') }}
),

standing as (
    select * from {{ strata__previous('score_user_rfm') }}
),

-- A score compares its buyer with all others of the date.
final as (
    select touched.as_of_date
    from touched
    inner join snapshots
        on
            touched.user_key = snapshots.user_key
            and touched.as_of_date = snapshots.as_of_date
    where snapshots.order_count_lifetime > 0
    union
    select touched.as_of_date
    from touched
    inner join standing
        on
            touched.user_key = standing.user_key
            and touched.as_of_date = standing.as_of_date
)

select * from final
