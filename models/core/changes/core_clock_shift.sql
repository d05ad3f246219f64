with clock as (
    select * from {{ ref('core_clock') }}
),

settled as (
    select * from {{ strata__settled('core_clock') }}
),

final as (
    select
        least(clock.as_of_date, settled.as_of_date) as after_date,
        greatest(clock.as_of_date, settled.as_of_date) as until_date
    from clock
    cross join settled
)

select * from final
