with clock as (
    select * from {{ ref('core_clock') }}
),

settled_clock as (
    select * from {{ strata__settled('core_clock') }}
),

settled as (
    select * from {{ strata__settled('metric_restatement_number') }}
),

ledger as (
    select * from {{ strata__previous('metric_restatements') }}
),

-- Without a settled number, what the ledger holds is not to be written over.
numbers as (
    select
        coalesce(
            (select max(settled.restatement_number) from settled),
            (select max(ledger.restatement_number) from ledger),
            0
        ) + 1 as restatement_number
),

final as (
    select
        cast(numbers.restatement_number as bigint) as restatement_number,
        clock.as_of_date,
        settled_clock.as_of_date as published_date
    from clock
    cross join numbers
    left join settled_clock on true
)

select * from final
