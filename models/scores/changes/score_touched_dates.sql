with touched as (
    select * from {{ ref('feat_touched_snapshots') }}
),

buyers as (
    select
        buyers.user_key,
        buyers.as_of_date,
        buyers.is_current,
        buyers.recency_value,
        buyers.frequency_value,
        buyers.monetary_value
    from {{ ref('score_user_values') }} as buyers
    inner join touched
        on
            buyers.user_key = touched.user_key
            and buyers.as_of_date = touched.as_of_date
),

standing as (
    select
        standing.user_key,
        standing.as_of_date,
        standing.is_current,
        standing.recency_value,
        standing.frequency_value,
        standing.monetary_value
    from {{ strata__previous('score_user_rfm') }} as standing
    inner join touched
        on
            standing.user_key = touched.user_key
            and standing.as_of_date = touched.as_of_date
),

-- What a build touched that did not settle; emptied when one does.
earlier as (
    select * from {{ strata__previous('score_touched_dates') }}
),

gone as (
    select * from standing
    except
    select * from buyers
),

come as (
    select * from buyers
    except
    select * from standing
),

-- A score compares its buyer with all others of the date.
final as (
    select gone.as_of_date
    from gone
    union
    select come.as_of_date
    from come
    union
    select earlier.as_of_date
    from earlier
)

select * from final
