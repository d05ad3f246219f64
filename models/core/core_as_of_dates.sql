with clock as (
    select * from {{ ref('core_clock') }}
),

programs as (
    select * from {{ ref('stg_strata__programs') }}
),

days as (
    select days.day
    from {{ strata__days(ref('core_clock'), 'first_date', 'as_of_date') }} as days
),

-- The ends of months are always there; of other periods where a program reviews.
grains as (
    select 'month' as grain
    union
    select programs.review_grain as grain
    from programs
),

final as (
    select
        days.day as as_of_date,
        {{ strata__is_month_end('days.day') }} as is_month_end,
        days.day = clock.as_of_date as is_current
    from days
    cross join clock
    where
        days.day = clock.as_of_date
        or exists (
            select 1
            from grains
            where {{ strata__is_period_end('grains.grain', 'days.day') }}
        )
)

select * from final
