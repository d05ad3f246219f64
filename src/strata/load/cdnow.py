"""Source `cdnow`: purchases of CDs by the buyers of early 1997 (Fader and Hardie).

Takes the original text file, `CDNOW_sample.txt` (customer, sample id, date, CDs,
dollars) or `CDNOW_master.txt` (without the sample id), or a Parquet copy of the
sample. What is decided here:

- The rows of one customer on one day are one order, each row a line of it: the file
  has dates without times, so nothing tells two visits of a day apart.
- An order is placed at midnight, UTC, and its id is `customer-YYYYMMDD`.
- Customer ids keep their leading zeros. Zero-dollar rows are orders too.
"""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyarrow as pa

from strata import StrataError
from strata.load.delivery import Delivery, Report
from strata.load.files import find_one, parquet_query, require_columns
from strata.project import shown
from strata.warehouse import Connection

Purchase = tuple[str, date, int, Decimal]

COLUMNS = ("customer_id", "date", "number_of_cds", "dollar_value")

ORDERS = """
    select
        order_id,
        customer_id as user_id,
        cast(date as timestamp) as ordered_at,
        'paid' as status,
        cast(sum(dollar_value) as decimal(18, 2)) as gross_amount
    from cdnow
    group by order_id, customer_id, date
    order by order_id
"""

ORDER_ITEMS = """
    select
        order_id,
        row_number() over (partition by order_id order by row_in_file) as line_number,
        cast(number_of_cds as double) as quantity,
        cast(dollar_value as double) / nullif(number_of_cds, 0) as unit_price
    from cdnow
    order by order_id, line_number
"""


def deliveries(con: Connection, path: Path, report: Report) -> list[Delivery]:
    """Orders and order items. Raises StrataError naming a line that is malformed."""
    file = find_one(path, (".txt", ".parquet"))
    if file.suffix == ".parquet":
        query = parquet_query(con, [file])
    else:
        con.register("cdnow_text", _read_text(file))
        query = "select * from cdnow_text"
    require_columns(con, query, COLUMNS, shown(file))
    con.execute(f"""
        create temp table cdnow as
        select
            *,
            customer_id || '-' || strftime(date, '%Y%m%d') as order_id,
            row_number() over () as row_in_file
        from ({query})
    """)
    merged = con.execute(
        "select count(*) - count(distinct order_id) from cdnow"
    ).fetchone()
    if merged and merged[0]:
        report.note(f"{merged[0]:,} rows joined an order of the same customer and day")
    return [
        Delivery("orders", ORDERS, shown(file)),
        Delivery("order_items", ORDER_ITEMS, shown(file)),
    ]


def _read_text(file: Path) -> pa.Table:
    """The purchases of the original text file, in the columns of the Parquet copy."""
    rows = []
    for number, line in enumerate(file.read_text(encoding="latin-1").splitlines(), 1):
        if line.strip():
            rows.append(_purchase(line.split(), f"{shown(file)} line {number}"))
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return pa.table(
        {
            "customer_id": pa.array(columns[0], pa.string()),
            "date": pa.array(columns[1], pa.date32()),
            "number_of_cds": pa.array(columns[2], pa.int32()),
            "dollar_value": pa.array(columns[3], pa.decimal128(10, 2)),
        }
    )


def _purchase(fields: list[str], where: str) -> Purchase:
    """One line: customer, (sample id), date, number of CDs, dollars."""
    try:
        customer, day, cds, dollars = (fields[0], *fields[-3:])
        if len(fields) not in (4, 5):
            raise ValueError
        when = datetime.strptime(day, "%Y%m%d").date()
        return customer, when, int(cds), Decimal(dollars).quantize(Decimal("0.01"))
    except (ValueError, IndexError, InvalidOperation) as error:
        raise StrataError(
            f"{where} is not a purchase (customer, date as YYYYMMDD, CDs, dollars); "
            "mend the line and load again: nothing was loaded."
        ) from error
