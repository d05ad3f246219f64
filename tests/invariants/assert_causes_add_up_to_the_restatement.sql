-- The causes of a restated figure add up to its change, and no cause is empty.
with ledger as (
    select * from {{ ref('metric_restatements') }}
),

restated as (
    select
        ledger.restatement_number,
        ledger.metric_code,
        ledger.metric_date,
        min(ledger.old_value) as old_value,
        max(ledger.old_value) as greatest_old_value,
        min(ledger.new_value) as new_value,
        max(ledger.new_value) as greatest_new_value,
        sum(ledger.change) as change,
        count(*) filter (where ledger.change = 0) as empty_causes
    from ledger
    group by ledger.restatement_number, ledger.metric_code, ledger.metric_date
)

select *
from restated
where
    restated.change != restated.new_value - restated.old_value
    or restated.old_value != restated.greatest_old_value
    or restated.new_value != restated.greatest_new_value
    or restated.empty_causes > 0
