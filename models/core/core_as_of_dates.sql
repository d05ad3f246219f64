with clock as (
    select * from {{ ref('core_clock') }}
),

days as (
    select days.day
    from {{ strata__days(ref('core_clock'), 'first_date', 'as_of_date') }} as days
),

final as (
    select
        days.day as as_of_date,
        {{ strata__is_month_end('days.day') }} as is_month_end,
        days.day = clock.as_of_date as is_current
    from days
    cross join clock
    where {{ strata__is_month_end('days.day') }} or days.day = clock.as_of_date
)

select * from final
