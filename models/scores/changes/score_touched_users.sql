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

said as (
    select
        standing.user_key,
        standing.as_of_date,
        standing.recency_value,
        standing.frequency_value,
        standing.monetary_value,
        standing.recency_score,
        standing.frequency_score,
        standing.monetary_score,
        standing.segment_code
    from standing
),

says as (
    select
        news.user_key,
        news.as_of_date,
        news.recency_value,
        news.frequency_value,
        news.monetary_value,
        news.recency_score,
        news.frequency_score,
        news.monetary_score,
        news.segment_code
    from news
),

gone as (
    select * from said
    except
    select * from says
),

come as (
    select * from says
    except
    select * from said
),

moved as (
    select
        gone.user_key,
        gone.as_of_date,
        true as has_changed
    from gone
    union all
    select
        come.user_key,
        come.as_of_date,
        true as has_changed
    from come
    union all
    select
        news.user_key,
        news.as_of_date,
        false as has_changed
    from news
    inner join standing
        on news.user_key = standing.user_key and news.as_of_date = standing.as_of_date
    where news.is_current is distinct from standing.is_current
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
