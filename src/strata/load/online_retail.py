"""Source `online-retail`: invoice lines of a UK gift-ware web shop (UCI 352).

Takes the original `Online Retail.xlsx`, a CSV export of it (ISO or month-first dates)
or a Parquet copy. What is decided here, at length in docs/sources.md:

- Times are London clock times, summer time included; they are stored in UTC.
- An order is an invoice of a known customer with a line of positive quantity that is
  neither a return (`C…`) nor a bad-debt adjustment (`A…`). Lines without CustomerID
  are anonymous sales: nobody's orders, reported and left out.
- Equal lines of an invoice all stay: the file has no line numbers, so two equal lines
  are as likely two scans as a mistake.
- A return pays back the customer's latest earlier purchases of the same stock code,
  at most what is left of each, at the return's own price, and never more of an order
  than its amount. What finds no purchase (sold before the data begin, discounts given
  later) is a refund of the order number of the return itself, which no order has: the
  warehouse keeps it and counts it as unmatched. So no penny of a return is lost.
- Postage, fees, discounts and vouchers are charged to the customer and so are part of
  an order; in `products` their category is `service`, all others' is `goods`.
- A user has the country of most of the lines; of two equally frequent, the latest.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

import pyarrow as pa
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from strata import StrataError
from strata.load.delivery import Delivery, Report
from strata.load.files import (
    csv_encoding,
    csv_query,
    find_one,
    parquet_query,
    require_columns,
)
from strata.project import shown
from strata.warehouse import Connection

COLUMNS = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)
SHEET_ROWS_AT_ONCE = 50_000
CENT = Decimal("0.01")

# A CSV export writes the month first; the ISO form is tried after it, because a cast
# would take the month of such a date for a year.
WHEN = """
    coalesce(
        try_strptime(
            cast(InvoiceDate as varchar), ['%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S']
        ),
        cast(InvoiceDate as timestamp)
    )
"""

LINES = """
    create temp table retail_lines as
    select
        row_number() over () as row_in_file,
        regexp_replace(cast(InvoiceNo as varchar), '[.]0$', '') as invoice,
        regexp_replace(cast(StockCode as varchar), '[.]0$', '') as stock_code,
        nullif(trim(Description), '') as description,
        cast(Quantity as integer) as quantity,
        timezone('UTC', timezone('Europe/London', {when})) as invoiced_at,
        cast(UnitPrice as decimal(18, 4)) as unit_price,
        regexp_replace(cast(CustomerID as varchar), '[.]0$', '') as user_id,
        Country as country
    from ({query})
"""

SALES = """
    create temp table retail_sales as
    select *
    from retail_lines
    where
        user_id is not null
        and quantity > 0
        and unit_price >= 0
        and not regexp_matches(invoice, '^[AC]')
"""

ORDERS = """
    create temp table retail_orders as
    select
        invoice as order_id,
        user_id,
        min(invoiced_at) as ordered_at,
        'paid' as status,
        cast(sum(quantity * unit_price) as decimal(18, 2)) as gross_amount
    from retail_sales
    group by invoice, user_id
    order by ordered_at, order_id
"""

ORDER_ITEMS = """
    select
        invoice as order_id,
        row_number() over (partition by invoice order by row_in_file) as line_number,
        stock_code as product_id,
        cast(quantity as double) as quantity,
        cast(unit_price as double) as unit_price
    from retail_sales
    order by row_in_file
"""

USERS = """
    with
    countries as (
        select user_id, country, count(*) as lines, max(invoiced_at) as last_at
        from retail_lines
        where user_id is not null
        group by user_id, country
    )
    select user_id, arg_max(country, (lines, last_at, country)) as country
    from countries
    group by user_id
    order by user_id
"""

# Write-offs carry remarks ("damaged", "?") as descriptions and no price, so that
# names and prices come from sales where there are any.
PRODUCTS = """
    with
    names as (
        select
            stock_code,
            description,
            count(*) filter (where quantity > 0 and unit_price > 0) as sales,
            count(*) as lines
        from retail_lines
        group by stock_code, description
    ),
    prices as (
        select stock_code, unit_price, count(*) as sales
        from retail_lines
        where quantity > 0 and unit_price > 0
        group by stock_code, unit_price
    ),
    named as (
        select
            stock_code,
            arg_max(description, (sales, lines, description)) as product_name
        from names
        group by stock_code
    ),
    priced as (
        select stock_code, arg_max(unit_price, (sales, unit_price)) as list_price
        from prices
        group by stock_code
    )
    select
        stock_code as product_id,
        product_name,
        case
            when regexp_matches(
                stock_code,
                '^(POST|DOT|M|m|C2|D|S|B|BANK CHARGES|AMAZONFEE|CRUK|PADS|gift_.*)$'
            ) then 'service'
            else 'goods'
        end as category,
        cast(list_price as double) as list_price
    from named
    left join priced using (stock_code)
    order by product_id
"""

RETURN_LINES = """
    select user_id, stock_code, invoiced_at, invoice, -quantity as quantity, unit_price
    from retail_lines
    where user_id is not null and quantity < 0 and invoice like 'C%'
    order by invoiced_at, row_in_file
"""

RETURNED_PURCHASES = """
    select user_id, stock_code, invoiced_at, invoice, quantity, unit_price
    from retail_sales
    semi join ({returns}) as returned using (user_id, stock_code)
    order by invoiced_at, row_in_file
"""

Line = tuple[str, str, datetime, str, int, Decimal]
Refund = tuple[str, str, datetime, Decimal]


def deliveries(con: Connection, path: Path, report: Report) -> list[Delivery]:
    """Orders, order items, refunds, users and products.

    Raises StrataError if the file lacks a column or is no readable workbook.
    """
    file = find_one(path, (".xlsx", ".csv", ".parquet"))
    query = _source_query(con, file, report)
    require_columns(con, query, COLUMNS, shown(file))
    con.execute(LINES.format(when=WHEN, query=query))
    con.execute(SALES)
    con.execute(ORDERS)
    _note_anonymous(con, report)
    report.progress("matching returns with purchases")
    con.register("retail_refunds", _refund_table(con, report))
    tables = {
        "orders": "select * from retail_orders",
        "order_items": ORDER_ITEMS,
        "refunds": "select * from retail_refunds",
        "users": USERS,
        "products": PRODUCTS,
    }
    return [Delivery(table, query, shown(file)) for table, query in tables.items()]


def match_returns(
    returns: Iterable[Line],
    purchases: Iterable[Line],
    order_amounts: dict[str, Decimal],
) -> list[Refund]:
    """Refunds (return invoice, order, time, amount), amounts adding up to the returns.

    Lines are (user, stock code, time, invoice, quantity, unit price), in order of
    time. A line of a return goes back to the latest earlier purchases of that user
    and stock code; what fits no order is a refund of the return invoice itself.
    """
    waiting: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in purchases:
        waiting[line[:2]].append(line)
    for lines in waiting.values():
        lines.reverse()
    bought: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    owed = dict(order_amounts)
    amounts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    times: dict[str, datetime] = {}
    for user, stock_code, at, invoice, quantity, price in returns:
        times.setdefault(invoice, at)
        thing = (user, stock_code)
        while waiting[thing] and waiting[thing][-1][2] <= at:
            sold = waiting[thing].pop()
            bought[thing].append((sold[3], sold[4]))
        unmatched = quantity * price
        for order, units in _take_back(bought[thing], quantity):
            amount = min(units * price, owed[order])
            owed[order] -= amount
            unmatched -= amount
            amounts[invoice, order] += amount
        amounts[invoice, invoice] += unmatched
    return [
        (invoice, order, times[invoice], amount)
        for (invoice, order), amount in amounts.items()
        if amount > 0
    ]


def _take_back(
    bought: list[tuple[str, int]], quantity: int
) -> Iterator[tuple[str, int]]:
    """Take units off the end of the purchases: yields (order, units taken)."""
    while quantity and bought:
        order, left = bought.pop()
        taken = min(quantity, left)
        if left > taken:
            bought.append((order, left - taken))
        quantity -= taken
        yield order, taken


def _refund_table(con: Connection, report: Report) -> pa.Table:
    """The refunds of all returns, in contract columns."""
    returns = con.execute(RETURN_LINES).fetchall()
    purchases = con.execute(RETURNED_PURCHASES.format(returns=RETURN_LINES)).fetchall()
    amounts = con.execute("select order_id, gross_amount from retail_orders").fetchall()
    refunds = match_returns(returns, purchases, dict(amounts))
    total = sum((amount for *_, amount in refunds), Decimal(0))
    found = sum((a for i, order, _, a in refunds if i != order), Decimal(0))
    report.note(
        f"{len(returns):,} returned lines pay back {total:,.2f}, "
        f"of which {found:,.2f} to orders in the data"
    )
    return pa.table(
        {
            "refund_id": pa.array(
                [i if i == order else f"{i}-{order}" for i, order, *_ in refunds],
                pa.string(),
            ),
            "order_id": pa.array([order for _, order, *_ in refunds], pa.string()),
            "refunded_at": pa.array([at for *_, at, _ in refunds], pa.timestamp("us")),
            "amount": pa.array(
                [amount.quantize(CENT) for *_, amount in refunds],
                pa.decimal128(18, 2),
            ),
        }
    )


def _note_anonymous(con: Connection, report: Report) -> None:
    lines, invoices = con.execute(
        "select count(*), count(distinct invoice) from retail_lines "
        "where user_id is null"
    ).fetchall()[0]
    report.note(
        "no CustomerID, so anonymous and not loaded as orders: "
        f"{lines:,} (lines), {invoices:,} (invoices)"
    )


def _source_query(con: Connection, file: Path, report: Report) -> str:
    if file.suffix == ".parquet":
        return parquet_query(con, [file])
    if file.suffix == ".csv":
        return csv_query(file, csv_encoding(file))
    _read_sheet(con, file, report)
    return "select * from retail_sheet"


def _read_sheet(con: Connection, file: Path, report: Report) -> None:
    """Copy the first sheet of a workbook to the temporary table `retail_sheet`."""
    columns = ", ".join(f"{name} varchar" for name in COLUMNS)
    con.execute(f"create temp table retail_sheet ({columns})")
    try:
        rows = load_workbook(file, read_only=True).worksheets[0].values
        header = [str(name) for name in next(rows, ())]
        if missing := [name for name in COLUMNS if name not in header]:
            raise StrataError(
                f"{shown(file)} lacks the column {', '.join(missing)}; "
                "load the file as it is published: nothing was loaded."
            )
        places = [header.index(name) for name in COLUMNS]
        done = 0
        while chunk := list(islice(rows, SHEET_ROWS_AT_ONCE)):
            batch = pa.table(
                [_texts(row[place] for row in chunk) for place in places],
                names=list(COLUMNS),
            )
            con.register("retail_batch", batch)
            con.execute("insert into retail_sheet select * from retail_batch")
            done += len(chunk)
            report.progress(f"reading {shown(file)}: {done:,} rows")
    except (BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise StrataError(
            f"{shown(file)} is not a readable workbook; download it again: "
            "nothing was loaded."
        ) from error


def _texts(cells: Iterable[object]) -> pa.Array:
    return pa.array(
        [None if cell is None else str(cell) for cell in cells], pa.string()
    )
