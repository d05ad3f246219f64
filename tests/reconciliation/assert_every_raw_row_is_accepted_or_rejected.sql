-- Rows read = rows accepted + rows rejected, for every raw table.
with counts as (
    {{ strata__input_counts() }}
)

select *
from counts
where counts.read_rows != counts.accepted_rows + counts.rejected_rows
