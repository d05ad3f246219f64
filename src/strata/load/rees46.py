"""Source `rees46`: the behaviour log of a multi-category shop (REES46).

Takes a monthly file as it is published (`2019-Oct.csv` or `.csv.gz`) or a Parquet
copy with the same columns. What is decided here:

- `event_name` is the event type as it is; the rule seeds know view, cart, purchase.
- The file has no event ids: an id is the hash of the row and of its number among
  equal rows, so that loading a file again adds nothing and no equal row is lost.
- `user_session` is no device: `anonymous_id` stays null. It goes, with the price,
  into `properties`.
- The purchases of one person in one session are one order, each purchase a line of
  it. The time of the first purchase is part of the order's id, so that a session
  that crosses into the next file is two orders and neither replaces the other.
- A product has the last category, brand and price that the file shows.
"""

from pathlib import Path

from strata.load.delivery import Delivery, Report
from strata.load.files import csv_query, find_one, parquet_query, require_columns
from strata.project import shown
from strata.warehouse import Connection

COLUMNS = (
    "event_time",
    "event_type",
    "product_id",
    "category_id",
    "category_code",
    "brand",
    "price",
    "user_id",
    "user_session",
)

ROWS = """
    create temp table rees46_rows as
    with
    typed as (
        select
            strptime(event_time, '%Y-%m-%d %H:%M:%S UTC') as event_at,
            event_type as event_name,
            cast(product_id as varchar) as product_id,
            cast(category_id as varchar) as category_id,
            nullif(category_code, '') as category,
            nullif(brand, '') as brand,
            cast(price as decimal(18, 2)) as price,
            cast(user_id as varchar) as user_id,
            user_session
        from ({query})
    ),
    hashed as (
        select
            *,
            md5(cast(
                (event_at, event_name, product_id, category_id, category, brand,
                price, user_id, user_session) as varchar
            )) as content
        from typed
    )
    select
        * exclude (content),
        content || '-' || row_number() over (partition by content) as event_id
    from hashed
"""

EVENTS = """
    select
        event_id,
        user_id,
        event_name,
        event_at,
        'web' as platform,
        product_id,
        cast(
            json_object('user_session', user_session, 'price', price) as varchar
        ) as properties
    from rees46_rows
    order by event_at, event_id
"""

PRODUCTS = """
    select
        product_id,
        arg_max(category, (event_at, event_id)) as category,
        arg_max(brand, (event_at, event_id)) as brand,
        cast(arg_max(price, (event_at, event_id)) as double) as list_price
    from rees46_rows
    where product_id is not null
    group by product_id
    order by product_id
"""

PURCHASES = """
    create temp table rees46_purchases as
    with
    purchases as (
        select *, coalesce(user_session, event_id) as visit
        from rees46_rows
        where event_name = 'purchase'
    )
    select
        md5(cast((
            user_id, visit, min(event_at) over (partition by user_id, visit)
        ) as varchar)) as order_id,
        *
    from purchases
"""

ORDERS = """
    select
        order_id,
        user_id,
        min(event_at) as ordered_at,
        'paid' as status,
        cast(sum(coalesce(price, 0)) as decimal(18, 2)) as gross_amount,
        'web' as platform
    from rees46_purchases
    group by order_id, user_id
    order by ordered_at, order_id
"""

ORDER_ITEMS = """
    select
        order_id,
        row_number() over (
            partition by order_id order by event_at, event_id
        ) as line_number,
        product_id,
        cast(1 as double) as quantity,
        cast(price as double) as unit_price
    from rees46_purchases
    order by order_id, line_number
"""


def deliveries(con: Connection, path: Path, report: Report) -> list[Delivery]:
    """Events, products, orders and order items."""
    file = find_one(path, (".csv", ".csv.gz", ".parquet"))
    is_parquet = file.suffix == ".parquet"
    query = parquet_query(con, [file]) if is_parquet else csv_query(file)
    require_columns(con, query, COLUMNS, shown(file))
    report.progress(f"numbering the events of {shown(file)}")
    con.execute(ROWS.format(query=query))
    con.execute(PURCHASES)
    tables = {
        "events": EVENTS,
        "products": PRODUCTS,
        "orders": ORDERS,
        "order_items": ORDER_ITEMS,
    }
    return [Delivery(table, query, shown(file)) for table, query in tables.items()]
