with comparisons as (
    select * from {{ ref('stg_strata__driver_comparisons') }}
),

clock as (
    select * from {{ ref('core_clock') }}
),

days as (
    select days.day
    from {{ strata__days(ref('core_clock'), 'first_date', 'as_of_date') }} as days
),

sides as (
    select
        comparisons.comparison_code as comparison,
        comparisons.days_back,
        days.day as date,
        {{ strata__add_days('days.day', '1 - comparisons.window_days') }} as from_date,
        days.day as to_date
    from comparisons
    cross join days
),

-- Only where the days compared with are in the data.
final as (
    select
        sides.comparison,
        sides.days_back,
        sides.date,
        {{ strata__add_days('sides.from_date', '-sides.days_back') }}
            as before_from_date,
        {{ strata__add_days('sides.to_date', '-sides.days_back') }} as before_to_date,
        sides.from_date as after_from_date,
        sides.to_date as after_to_date
    from sides
    inner join clock
        on
            {{ strata__add_days('sides.from_date', '-sides.days_back') }}
            >= clock.first_date
)

select * from final
