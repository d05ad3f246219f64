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

moved as (
    select
        gone.user_key,
        gone.as_of_date
    from gone
    union
    select
        come.user_key,
        come.as_of_date
    from come
),

-- Most people of a date keep their scores whoever came, went or bought.
final as (
    select * from moved
    where {{ strata__continues('score_user_rfm') }}
)

select * from final
