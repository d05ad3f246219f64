"""Loading: what arrives, what is not added twice, and what is refused."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook
from warehouses import ROOT, SHARED

from strata import StrataError, cli, project
from strata.load import load
from strata.load.delivery import common_type
from strata.load.online_retail import match_returns

needs_data = pytest.mark.skipif(
    not (SHARED / "data").is_dir(),
    reason="the public data sets are not there; set STRATA_SHARED to their folder",
)

ORDER = "'o1' as order_id, 'u1' as user_id, timestamp '2026-01-05 10:00' as ordered_at"
PAID = f"{ORDER}, 'paid' as status, 10.00::decimal(18, 2) as gross_amount"
MANY_ORDERS = (
    "select md5(cast(n as text)) as order_id, 'u1' as user_id,"
    " timestamp '2026-01-05' as ordered_at, 1.00 as gross_amount from range(2000) t(n)"
)
EVENT = (
    "'e1' as event_id, 'd1' as anonymous_id, 'view' as event_name,"
    " timestamp '2026-01-05' as event_at"
)


class Notes(list[str]):
    """A report that keeps the notes."""

    def progress(self, text: str) -> None:
        """Nobody watches a test."""

    def note(self, text: str) -> None:
        """Keep it."""
        self.append(text)


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "warehouse" / "strata.duckdb"
    monkeypatch.setenv("STRATA_DUCKDB_PATH", str(path))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "raw"
    path.mkdir()
    return path


def write_parquet(path: Path, query: str) -> None:
    path.parent.mkdir(exist_ok=True)
    duckdb.execute(f"copy ({query}) to '{path}' (format parquet)")


def load_folder(folder: Path) -> dict[str, tuple[int, int]]:
    """Load and return rows (read, added) by table."""
    loaded = load("contract", folder, Notes())
    return {each.table: (each.read, each.added) for each in loaded}


def rows(warehouse: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return con.execute(query).fetchall()


def types(warehouse: Path, table: str) -> dict[str, str]:
    return {name: kind for name, kind, *_ in rows(warehouse, f"describe raw.{table}")}


# What a load adds


def test_loading_twice_adds_nothing(warehouse, folder):
    write_parquet(folder / "orders.parquet", f"select {PAID}")
    assert load_folder(folder) == {"orders": (1, 1)}
    assert load_folder(folder) == {"orders": (1, 0)}


def test_a_changed_version_of_a_key_is_appended(warehouse, folder):
    write_parquet(folder / "orders.parquet", f"select {PAID}")
    load_folder(folder)
    changed = PAID.replace("'paid'", "'cancelled'")
    write_parquet(folder / "orders.parquet", f"select {changed}")
    assert load_folder(folder) == {"orders": (1, 1)}
    status = rows(warehouse, "select status from raw.orders order by 1")
    assert status == [("cancelled",), ("paid",)]


def test_nulls_are_equal_when_rows_are_compared(warehouse, folder):
    write_parquet(folder / "orders.parquet", f"select {PAID}, null::text as platform")
    load_folder(folder)
    assert load_folder(folder) == {"orders": (1, 0)}


def test_rows_delivered_twice_in_one_file_stay_for_staging_to_count(warehouse, folder):
    write_parquet(folder / "orders.parquet", f"select {PAID} from range(2)")
    assert load_folder(folder) == {"orders": (2, 2)}
    assert load_folder(folder) == {"orders": (2, 0)}


def test_a_folder_of_parquet_parts_is_one_delivery(warehouse, folder):
    write_parquet(folder / "orders" / "1.parquet", f"select {PAID}")
    second = PAID.replace("'o1'", "'o2'") + ", 'web' as platform"
    write_parquet(folder / "orders" / "2.parquet", f"select {second}")
    assert load_folder(folder) == {"orders": (2, 2)}
    found = rows(warehouse, "select order_id, platform from raw.orders order by 1")
    assert found == [("o1", None), ("o2", "web")]


def test_a_new_column_is_added_and_older_rows_lack_it(warehouse, folder):
    write_parquet(folder / "orders.parquet", f"select {PAID}")
    load_folder(folder)
    write_parquet(folder / "orders.parquet", f"select {PAID}, 'web' as platform")
    assert load_folder(folder) == {"orders": (1, 1)}
    found = rows(warehouse, "select platform from raw.orders order by 1")
    assert found == [("web",), (None,)]


def test_another_type_widens_the_column_to_text(warehouse, folder):
    write_parquet(folder / "orders.parquet", f"select {PAID}")
    load_folder(folder)
    csv = "order_id,user_id,ordered_at,gross_amount\no2,u1,yesterday,ten\n"
    (folder / "orders.parquet").unlink()
    (folder / "orders.csv").write_text(csv)
    assert load_folder(folder) == {"orders": (1, 1)}
    found = rows(
        warehouse, "select ordered_at, gross_amount from raw.orders order by 1"
    )
    assert found == [("2026-01-05 10:00:00", "10.00"), ("yesterday", "ten")]


@pytest.mark.parametrize(
    ("stored", "given", "both"),
    [
        ("BIGINT", "INTEGER", "BIGINT"),
        ("DECIMAL(18,2)", "DECIMAL(10,4)", "DECIMAL(20,4)"),
        ("DECIMAL(18,2)", "INTEGER", "DECIMAL(18,2)"),
        ("DECIMAL(38,0)", "DECIMAL(38,10)", "VARCHAR"),
        ("DOUBLE", "DECIMAL(18,2)", "VARCHAR"),
        ("TIMESTAMP", "DATE", "VARCHAR"),
    ],
)
def test_a_common_type_loses_nothing(stored, given, both):
    assert common_type(stored, given) == both
    assert common_type(given, stored) == both


def test_zoned_times_are_stored_in_utc(warehouse, folder):
    zoned = PAID.replace(
        "timestamp '2026-01-05 10:00'", "timestamptz '2026-01-05 10:00+08:00'"
    )
    write_parquet(folder / "orders.parquet", f"select {zoned}")
    load_folder(folder)
    assert types(warehouse, "orders")["ordered_at"] == "TIMESTAMP"
    assert rows(warehouse, "select ordered_at from raw.orders") == [
        (datetime(2026, 1, 5, 2),)
    ]


def test_nested_properties_are_stored_as_json_text(warehouse, folder):
    nested = f"{EVENT}, {{'colour': 'red'}} as properties"
    write_parquet(folder / "events.parquet", f"select {nested}")
    load_folder(folder)
    found = rows(warehouse, "select properties from raw.events")
    assert found == [('{"colour":"red"}',)]


def test_bad_values_of_a_csv_survive_as_text(warehouse, folder):
    (folder / "orders.csv").write_text(
        "order_id,user_id,ordered_at,gross_amount\n,u1,2026-02-31,-1\no2,,,twelve\n"
    )
    load_folder(folder)
    found = rows(warehouse, "select * from raw.orders order by ordered_at")
    assert found == [(None, "u1", "2026-02-31", "-1"), ("o2", None, None, "twelve")]


def test_column_names_match_whatever_their_case(warehouse, folder):
    (folder / "orders.csv").write_text(
        "Order_ID,USER_ID,ordered_at,gross_amount\no1,u1,2026-01-05,1\n"
    )
    load_folder(folder)
    assert rows(warehouse, "select order_id from raw.orders") == [("o1",)]


def test_columns_and_files_outside_the_contract_are_named_and_left_out(
    warehouse, folder
):
    write_parquet(folder / "orders.parquet", f"select {PAID}, 1 as mood")
    (folder / "notes.txt").write_text("nothing")
    write_parquet(folder / "truth" / "users.parquet", "select 1 as x")
    notes = Notes()
    load("contract", folder, notes)
    assert "mood" not in types(warehouse, "orders")
    assert [note.split(": ", 1)[1] for note in notes] == [
        "not a table of the contract, ignored",
        "not in the contract, ignored: mood",
    ]


def test_the_variables_of_a_run_say_where_to_load(warehouse, folder):
    write_parquet(folder / "orders.parquet", f"select {PAID}")
    names = "{strata__raw_schema: shop, strata__raw_tables: {orders: sales}}"
    load("contract", folder, Notes(), names)
    assert rows(warehouse, "select order_id from shop.sales") == [("o1",)]
    assert load("contract", folder, Notes(), names)[0].added == 0


def test_a_file_without_rows_is_an_empty_table(warehouse, folder):
    write_parquet(folder / "orders.parquet", f"select {PAID} limit 0")
    (folder / "products.csv").write_text("product_id,brand\n")
    assert load_folder(folder) == {"orders": (0, 0), "products": (0, 0)}
    write_parquet(folder / "orders.parquet", f"select {PAID}")
    (folder / "products.csv").write_text("product_id,brand\np1,b\n")
    assert load_folder(folder) == {"orders": (1, 1), "products": (1, 1)}
    write_parquet(folder / "orders.parquet", f"select {PAID} limit 0")
    assert load_folder(folder)["orders"] == (0, 0)
    assert rows(warehouse, "select order_id from raw.orders") == [("o1",)]


# What a load refuses, leaving everything as it was


def test_a_missing_required_column_refuses_the_whole_folder(warehouse, folder):
    write_parquet(folder / "orders.parquet", f"select {PAID}")
    (folder / "refunds.csv").write_text("refund_id,order_id,amount\nr1,o1,5\n")
    with pytest.raises(StrataError, match=r"refunds\.csv lacks .* refunded_at of"):
        load_folder(folder)
    assert not warehouse.exists()


def test_events_need_a_device_or_an_account(warehouse, folder):
    (folder / "events.csv").write_text("event_id,event_name,event_at\n1,view,2026\n")
    with pytest.raises(StrataError, match="anonymous_id or user_id"):
        load_folder(folder)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("orders.parquet", b"PAR1 not really", "orders.parquet cannot be read"),
        ("orders.parquet", b"", "orders.parquet cannot be read .*too small"),
        ("orders.csv", b"", "orders.csv is empty"),
        ("orders.csv", b"order_id,Order_id\n1,2\n", "names a column twice"),
        ("orders.csv", b"order_id\xff\n", "no CSV file in UTF-8"),
        (
            "products.csv",
            b"product_id,brand\n1,2\n3\n",
            "line 3 has 1 values and not 2",
        ),
        ("products.csv", b"product_id\n1\n2,3\n", "line 3 has 2 values and not 1"),
        ("products.csv", b'product_id\n1\n"2\n', "line 3 has a quote that is not"),
    ],
)
def test_a_broken_file_is_named(warehouse, folder, name, content, why):
    (folder / name).write_bytes(content)
    with pytest.raises(StrataError, match=why):
        load_folder(folder)
    assert not warehouse.exists()


def test_a_line_that_is_not_utf_8_is_named_however_late_it_comes(warehouse, folder):
    lines = b"product_id\n" + b"1\n" * 100_000 + b"\xff\n"
    (folder / "products.csv").write_bytes(lines)
    with pytest.raises(StrataError, match="line 100002 is not in UTF-8"):
        load_folder(folder)


def test_a_parquet_file_cut_short_or_damaged_inside_is_named(warehouse, folder):
    """The last part of three is broken; the tables before it are not loaded."""
    write_parquet(folder / "events.parquet", f"select {EVENT}")
    for part in range(3):
        write_parquet(folder / "orders" / f"{part}.parquet", MANY_ORDERS)
    broken = folder / "orders" / "2.parquet"
    whole = broken.read_bytes()
    for content in (whole[: len(whole) // 2], damaged_within(whole)):
        broken.write_bytes(content)
        with pytest.raises(StrataError, match=r"cannot be read .*orders/2\.parquet"):
            load_folder(folder)
        assert not warehouse.exists()
    broken.write_bytes(whole)
    assert load_folder(folder) == {"events": (1, 1), "orders": (6000, 6000)}


def damaged_within(whole: bytes) -> bytes:
    """A file whose first page is overwritten, and whose ends are as they should be."""
    return whole[:100] + bytes(1000) + whole[1100:]


def test_a_broken_file_undoes_the_tables_before_it(warehouse, folder):
    write_parquet(folder / "orders.parquet", f"select {PAID}")
    load_folder(folder)
    changed = PAID.replace("'paid'", "'cancelled'")
    write_parquet(folder / "orders.parquet", f"select {changed}")
    (folder / "products.csv").write_text("product_id,brand\np1,b\np2\n")
    with pytest.raises(StrataError, match=r"products\.csv cannot be read .*line 3 has"):
        load_folder(folder)
    assert rows(warehouse, "select status from raw.orders") == [("paid",)]


def test_an_empty_folder_and_a_table_given_twice_are_refused(warehouse, folder):
    with pytest.raises(StrataError, match="holds no table"):
        load_folder(folder)
    write_parquet(folder / "orders.parquet", f"select {PAID}")
    (folder / "orders.csv").write_text("order_id\n")
    with pytest.raises(StrataError, match="there twice"):
        load_folder(folder)


def test_a_locked_warehouse_is_one_sentence_and_exit_code_1(warehouse, folder):
    write_parquet(folder / "orders.parquet", f"select {PAID}")
    load_folder(folder)
    command = [sys.executable, "-c", "from strata.cli import main; main()"]
    with duckdb.connect(str(warehouse)):
        done = subprocess.run(
            [*command, "load", "contract", str(folder)],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "is open in another program" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["tapes", "x"], "There is no source tapes"),
        (["cdnow"], "Name the file to load"),
        (["contract", "nowhere"], "There is no file or folder nowhere"),
    ],
)
def test_a_mistaken_command_is_answered_with_one_sentence(
    warehouse, arguments, why, monkeypatch, capsys
):
    monkeypatch.setattr(sys, "argv", ["strata", "load", *arguments])
    with pytest.raises(SystemExit, match="1"):
        cli.main()
    assert capsys.readouterr().err.startswith(why)


# Online Retail


def test_a_return_goes_back_to_the_latest_earlier_purchases():
    day = [datetime(2011, 1, n + 1) for n in range(5)]
    price = Decimal("2.00")
    purchases = [
        ("u", "mug", day[0], "A1", 5, price),
        ("u", "mug", day[1], "A2", 3, price),
        ("u", "mug", day[3], "A3", 9, price),
    ]
    returns = [
        ("u", "mug", day[2], "C1", 4, price),
        ("u", "mug", day[4], "C2", 2, price),
    ]
    amounts = {"A1": Decimal(10), "A2": Decimal(6), "A3": Decimal(18)}
    assert match_returns(returns, purchases, amounts) == [
        ("C1", "A2", day[2], Decimal(6)),
        ("C1", "A1", day[2], Decimal(2)),
        ("C2", "A3", day[4], Decimal(4)),
    ]


def test_a_return_never_pays_back_more_than_the_order_and_loses_nothing():
    first, later = datetime(2011, 1, 1), datetime(2011, 2, 1)
    purchases = [("u", "mug", first, "A1", 2, Decimal(3))]
    returns = [("u", "mug", later, "C1", 3, Decimal(4))]
    assert match_returns(returns, purchases, {"A1": Decimal(6)}) == [
        ("C1", "A1", later, Decimal(6)),
        ("C1", "C1", later, Decimal(6)),
    ]


RETAIL_HEADER = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
)
RETAIL_LINES = [
    (536365, 71053, "MUG", 2, "7/1/2011 12:30", 2.55, 17850.0, "France"),
    (536365, "POST", "POSTAGE £", 1, "7/1/2011 12:30", 18, 17850.0, "France"),
    ("C536366", 71053, "MUG", -1, "12/1/2011 9:00", 2.55, 17850.0, "France"),
    (536367, 71053, "MUG", 1, "12/1/2011 9:00", 2.55, None, "France"),
]


def as_csv(path: Path) -> None:
    lines = (",".join("" if c is None else str(c) for c in r) for r in RETAIL_LINES)
    path.write_text("\n".join((RETAIL_HEADER, *lines)), encoding="latin-1")


def as_workbook(path: Path) -> None:
    book = Workbook()
    book.active.append(RETAIL_HEADER.split(","))
    for line in RETAIL_LINES:
        when = datetime.strptime(line[4], "%m/%d/%Y %H:%M")
        book.active.append((*line[:4], when, *line[5:]))
    book.save(path)


@pytest.mark.parametrize(
    ("name", "write"), [("retail.csv", as_csv), ("retail.xlsx", as_workbook)]
)
def test_online_retail_is_read_as_it_is_published(warehouse, folder, name, write):
    write(folder / name)
    notes = Notes()
    load("online-retail", folder, notes)
    summer = datetime(2011, 7, 1, 11, 30)
    assert rows(warehouse, "select * from raw.orders") == [
        ("536365", "17850", summer, "paid", Decimal("23.10"))
    ]
    assert rows(warehouse, "select * from raw.refunds") == [
        ("C536366-536365", "536365", datetime(2011, 12, 1, 9), Decimal("2.55"))
    ]
    assert rows(warehouse, "select product_id, category from raw.products") == [
        ("71053", "goods"),
        ("POST", "service"),
    ]
    assert notes[0].endswith("not loaded as orders: 1 (lines), 1 (invoices)")


def test_a_file_that_is_no_workbook_is_refused(warehouse, folder):
    (folder / "retail.xlsx").write_text("hello")
    with pytest.raises(StrataError, match="not a readable workbook"):
        load("online-retail", folder, Notes())


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("retail") / "strata.duckdb"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRATA_DUCKDB_PATH", str(path))
        load("online-retail", SHARED / "data/online_retail", Notes())
    return path


@needs_data
@pytest.mark.xdist_group("online-retail")
def test_online_retail_cohorts_are_the_known_ones(retail):
    cohorts = rows(
        retail,
        """
        with months as (
            select user_id, date_trunc('month', ordered_at) as active,
                min(active) over (partition by user_id) as cohort
            from raw.orders
        )
        select count(distinct user_id) filter (where active = cohort),
            count(distinct user_id)
                filter (where active = cohort + interval 1 month),
            count(distinct user_id)
                filter (where active = cohort + interval 11 months)
        from months group by cohort order by cohort
        """,
    )
    sizes = [size for size, *_ in cohorts]
    assert sizes[:12] == [885, 417, 380, 452, 300, 284, 242, 188, 169, 299, 358, 324]
    assert sum(sizes) == 4339
    assert cohorts[0] == (885, 324, 445)


@needs_data
@pytest.mark.xdist_group("online-retail")
def test_online_retail_repeat_buyers_are_the_known_ones(retail):
    buyers = """
        select user_id, count(*) as orders from raw.orders
        where gross_amount > 0 group by user_id
    """
    repeat = f"select count(*) filter (where orders >= 2), count(*) from ({buyers})"
    assert rows(retail, repeat) == [(2845, 4338)]


@needs_data
@pytest.mark.xdist_group("online-retail")
def test_online_retail_refunds_add_up_and_never_exceed_an_order(retail):
    refunded = """
        select user_id, order_id, gross_amount, sum(amount) as refunded
        from raw.orders join raw.refunds using (order_id) group by all
    """
    over = f"select count(*) from ({refunded}) where refunded > gross_amount"
    giants = f"""
        select gross_amount, refunded from ({refunded})
        where user_id in ('12346', '16446') and gross_amount > 50000 order by 1
    """
    assert rows(retail, over) == [(0,)]
    assert rows(retail, giants) == [
        (Decimal("77183.60"), Decimal("77183.60")),
        (Decimal("168469.60"), Decimal("168469.60")),
    ]
    assert rows(retail, "select sum(amount) from raw.refunds") == [
        (Decimal("611342.09"),)
    ]


# CDNOW and REES46


def test_cdnow_text_merges_the_rows_of_a_day(warehouse, tmp_path):
    file = tmp_path / "CDNOW_sample.txt"
    file.write_text(
        " 00004 0001 19970101  2   29.33\n"
        " 00004 0001 19970101  1   10.00\n"
        " 00018 0002 19970104  1    0.00\n"
    )
    load("cdnow", file, Notes())
    orders = rows(
        warehouse, "select order_id, user_id, ordered_at, gross_amount from raw.orders"
    )
    assert orders == [
        ("00004-19970101", "00004", datetime(1997, 1, 1), Decimal("39.33")),
        ("00018-19970104", "00018", datetime(1997, 1, 4), Decimal("0.00")),
    ]
    items = "select order_id, line_number, quantity, unit_price from raw.order_items"
    assert rows(warehouse, items)[1] == ("00004-19970101", 2, 1.0, 10.0)


def test_cdnow_names_the_line_that_is_no_purchase(warehouse, tmp_path):
    file = tmp_path / "CDNOW_master.txt"
    file.write_text("00001 19970101 1 11.77\n00002 yesterday 1 5\n")
    with pytest.raises(
        StrataError, match=r"CDNOW_master\.txt line 2 is not a purchase"
    ):
        load("cdnow", file, Notes())


@needs_data
def test_cdnow_has_the_known_customers(warehouse):
    load("cdnow", SHARED / "data/cdnow", Notes())
    counts = rows(
        warehouse,
        """
        select count(*), count(*) filter (where calibration = 1) from (
            select count(*) filter (where ordered_at <= '1997-09-30') as calibration
            from raw.orders group by user_id
        )
        """,
    )
    assert counts == [(2357, 1411)]


REES46 = (
    "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,"
    "user_session\n"
    "2019-10-01 00:00:00 UTC,view,7,1,a.b,acme,5.00,42,s\n"
    "2019-10-01 00:00:00 UTC,view,7,1,a.b,acme,5.00,42,s\n"
    "2019-10-01 00:01:00 UTC,purchase,7,1,,,6.00,42,s\n"
    "2019-10-01 00:02:00 UTC,purchase,7,1,,,6.00,42,s\n"
)


def test_rees46_keeps_equal_events_and_makes_an_order_of_a_session(warehouse, tmp_path):
    file = tmp_path / "2019-Oct.csv"
    file.write_text(REES46)
    load("rees46", file, Notes())
    again = load("rees46", file, Notes())
    assert sum(each.added for each in again) == 0
    ids = rows(warehouse, "select count(distinct event_id), count(*) from raw.events")
    assert ids == [(4, 4)]
    orders = rows(warehouse, "select user_id, ordered_at, gross_amount from raw.orders")
    assert orders == [("42", datetime(2019, 10, 1, 0, 1), Decimal("12.00"))]
    products = rows(warehouse, "select category, brand, list_price from raw.products")
    assert products == [("a.b", "acme", 6.0)]


@needs_data
def test_rees46_has_the_known_events(warehouse):
    load("rees46", SHARED / "data/rees46_sample", Notes())
    counts = rows(
        warehouse, "select event_name, count(*) from raw.events group by 1 order by 2"
    )
    assert counts == [("cart", 165), ("purchase", 214), ("view", 17055)]
    users = rows(
        warehouse,
        """
        select count(*), count(*) filter (where bought),
            count(*) filter (where bought and not carted)
        from (
            select bool_or(event_name = 'purchase') as bought,
                bool_or(event_name = 'cart') as carted
            from raw.events group by user_id
        )
        """,
    )
    assert users == [(4504, 193, 131)]
    ordered = rows(
        warehouse, "select count(*), count(distinct order_id) from raw.order_items"
    )
    assert ordered == [(214, len(rows(warehouse, "select * from raw.orders")))]


def test_the_project_is_found_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert project.root() == ROOT
