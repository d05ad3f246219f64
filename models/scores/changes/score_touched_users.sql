with news as (
    select * from {{ ref('score_new_rfm') }}
),

dates as (
    select * from {{ ref('score_touched_dates') }}
),

standing as (
    select standing.*
    from {{ strata__previous('score_user_rfm') }} as standing
    inner join dates on standing.as_of_date = dates.as_of_date
),

gone as (
    select * from standing
    except
    select * from news
),

come as (
    select * from news
    except
    select * from standing
),

differing as (
    select * from gone
    union all
    select * from come
),

-- A row that went and came differs in nothing but whether its date is current.
moved as (
    select
        differing.user_key,
        differing.as_of_date,
        count(*) = 1 as has_changed
    from differing
    group by
        differing.user_key,
        differing.as_of_date,
        differing.recency_value,
        differing.frequency_value,
        differing.monetary_value,
        differing.recency_score,
        differing.frequency_score,
        differing.monetary_score,
        differing.segment_code
),

-- Most people of a date keep their scores whoever came, went or bought.
final as (
    select
        moved.user_key,
        moved.as_of_date,
        bool_or(moved.has_changed) as has_changed
    from moved
    where {{ strata__continues('score_user_rfm') }}
    group by moved.user_key, moved.as_of_date
)

select * from final
