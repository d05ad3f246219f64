"""What happens to input that is bad, partial, doubled or absent."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from warehouses import WITHOUT_UNIT_TESTS, Warehouse

pytestmark = pytest.mark.xdist_group("input")

EVENT_COLUMNS = (
    "event_id, anonymous_id, user_id, event_name, event_at, loaded_at, platform"
)
# Every value as text, as a CSV brings it: what does not cast must not be lost.
EVENTS = [
    ("good", "d1", "", "view", "2026-03-01 10:00:00", "2026-03-01 10:01:00", " Web "),
    ("", "d1", "", "view", "2026-03-01 10:00:00", "", "web"),
    ("nobody", " ", "", "view", "2026-03-01 10:00:00", "", "web"),
    ("unnamed", "d1", "", "", "2026-03-01 10:00:00", "", "web"),
    ("timeless", "d1", "", "view", "", "", "web"),
    ("no-time", "d1", "", "view", "yesterday", "", "web"),
    ("epoch", "d1", "", "view", "1970-01-01 00:00:00", "", "web"),
    ("oldest", "d1", "", "view", "1990-01-01 00:00:00", "", "web"),
    ("skew-edge", "d1", "", "view", "2026-03-02 10:00:00", "2026-03-01 10:00:00", ""),
    ("skewed", "d1", "", "view", "2026-03-02 10:00:01", "2026-03-01 10:00:00", ""),
    ("zoned", "d1", "", "view", "2026-03-01T02:00:00+08:00", "2026-02-28T18:01Z", ""),
    ("load-bad", "d1", "", "view", "2026-03-01 10:00:00", "soon", ""),
    ("twice", "d1", "", "view", "2026-03-01 11:00:00", "2026-03-01 11:01:00", "ios"),
    ("twice", "d1", "", "view", "2026-03-01 11:00:00", "2026-03-01 12:00:00", "web"),
    ("twice", "d1", "", "view", "2026-03-01 11:00:00", "2026-03-01 12:00:00", "web"),
]
ORDER_COLUMNS = "order_id, user_id, ordered_at, status, gross_amount, currency"
ORDERS = [
    ("o1", "u1", "2026-03-01 10:00:00", "Paid", "10.00", ""),
    ("o2", "u1", "2026-03-01 10:00:00", "lost", "10.00", ""),
    ("o3", "u1", "2026-03-01 10:00:00", "", "-0.01", ""),
    ("o4", "u1", "2026-03-01 10:00:00", "", "0", "eur"),
    ("o5", "u1", "2026-03-01 10:00:00", "", "10.00", "XAU"),
    ("o6", "", "2026-03-01 10:00:00", "", "10.00", ""),
    ("o8", "u1", "2026-03-01 10:00:00", "CANCELLED", "10.00", ""),
    ("o8", "u1", "2026-03-01 10:00:00", "Placed", "10.00", ""),
    ("o9", "u1", "2026-03-01 10:00:00", "", "70", ""),
    ("o9", "u1", "2026-03-01 10:00:00", "placed", "80", ""),
    ("o7", "u1", "2026-03-01 10:00:00", "", "ten", "USD"),
]
SPEND = [
    ("2026-03-01", "display", "80.00", "2026-03-03 06:00:00"),
    ("2026-03-01", "display", "100.00", "2026-03-02 06:00:00"),
    ("2026-03-02", "display", "120.00", ""),
    ("2026-03-02", "display", "110.00", "2026-03-03 06:00:00"),
]
ITEMS = [
    ("o1", "1", "2", "3.5"),
    ("o1", "2", "-1", ""),
    ("o1", "x", "1", ""),
    ("o1", "3", "NaN", "1"),
    ("o1", "4", "inf", "1"),
    ("o1", "5", "1e12", "1"),
    ("o1", "6", "1", "-Infinity"),
    ("o1", "7", "999999999999", "999999999999"),
    ("o1", "8.0", "1", "1"),
    ("o1", "8.1", "1", "1"),
    ("o1", "8.2", "1", "1"),
]
PRODUCTS = [("p1", "10"), ("p2", "nan"), ("p3", "1e300")]
POINTS = [("e1", "5"), ("e2", "inf"), ("e3", "-1e15"), ("e4", "NaN")]
CONSENTS = [
    ("u1", "marketing", "true", "2026-03-01 10:00:00"),
    ("u1", "Marketing", "false", "2026-03-01 10:00:00"),
    ("u1", "marketing", "true", "2026-03-01 09:00:00"),
]


def values(rows: list[tuple[str, ...]]) -> str:
    """Rows of text as an SQL values list."""
    return "values " + ", ".join(
        "(" + ", ".join(f"'{value}'" for value in row) + ")" for row in rows
    )


@pytest.fixture(scope="module")
def dirty(new_warehouse: Callable[[str], Warehouse]) -> Warehouse:
    """A warehouse built from rows of text, many of them bad."""
    warehouse = new_warehouse("dirty")
    warehouse.execute(
        "create schema raw",
        f"create table raw.events as select *, 'x' as raw from ({values(EVENTS)}) "
        f"as t({EVENT_COLUMNS})",
        f"create table raw.orders as from ({values(ORDERS)}) as t({ORDER_COLUMNS})",
        f"create table raw.order_items as from ({values(ITEMS)}) "
        "as t(order_id, line_number, quantity, unit_price)",
        f"create table raw.ad_spend as from ({values(SPEND)}) "
        "as t(spend_date, channel, amount, loaded_at)",
        f"create table raw.products as from ({values(PRODUCTS)}) "
        "as t(product_id, list_price)",
        "create table raw.points_ledger as select *, 'u1' as user_id, 'earn' as kind,"
        f" timestamptz '2026-03-01 02:00:00+08' as entry_at from ({values(POINTS)}) "
        "as t(entry_id, points)",
        f"create table raw.consents as from ({values(CONSENTS)}) "
        "as t(user_id, purpose, is_granted, recorded_at)",
    )
    warehouse.build(*WITHOUT_UNIT_TESTS)
    return warehouse


def rejected(warehouse: Warehouse, table: str) -> dict[str, tuple[str, str | None]]:
    """Reason and column of each rejected row, by key."""
    return {
        key: (reason, column)
        for key, reason, column in warehouse.rows(
            "select row_key, reason_code, column_name"
            " from strata_staging.stg_strata__rejected_rows"
            " where source_table = ? and is_fault",
            table,
        )
    }


def test_each_bad_event_is_kept_with_its_reason(dirty: Warehouse) -> None:
    assert rejected(dirty, "events") == {
        "": ("missing_key", "event_id"),
        "nobody": ("missing_key", "anonymous_id or user_id"),
        "unnamed": ("missing_value", "event_name"),
        "timeless": ("missing_time", "event_at"),
        "no-time": ("uncastable", "event_at"),
        "epoch": ("time_out_of_range", "event_at"),
        "skewed": ("time_out_of_range", "event_at"),
        "load-bad": ("uncastable", "loaded_at"),
    }


def test_values_at_the_edge_are_accepted(dirty: Warehouse) -> None:
    found = dirty.rows(
        "select event_id, platform from strata_staging.stg_strata__events order by 1"
    )
    assert found == [
        ("good", "web"),
        ("oldest", "web"),
        ("skew-edge", None),
        ("twice", "ios"),
        ("zoned", None),
    ]


def test_a_time_with_an_offset_becomes_utc(dirty: Warehouse) -> None:
    assert dirty.rows(
        "select event_at, loaded_at from strata_staging.stg_strata__events"
        " where event_id = 'zoned'"
    ) == [(datetime(2026, 2, 28, 18), datetime(2026, 2, 28, 18, 1))]
    assert dirty.rows(
        "select distinct entry_at from strata_staging.stg_strata__points_ledger"
    ) == [(datetime(2026, 2, 28, 18),)]


def test_the_first_delivery_of_an_event_stays_and_the_others_are_kept(
    dirty: Warehouse,
) -> None:
    again = dirty.rows(
        "select row_key, raw_values from strata_staging.stg_strata__rejected_rows"
        " where reason_code = 'superseded' and source_table = 'events'"
    )
    assert [key for key, _ in again] == ["twice", "twice"]
    rows = [json.loads(values) for _, values in again]
    assert {(row["platform"], row["raw"]) for row in rows} == {("web", "x")}


def test_each_bad_order_and_line_is_kept_with_its_reason(dirty: Warehouse) -> None:
    assert rejected(dirty, "orders") == {
        "o2": ("unknown_value", "status"),
        "o3": ("out_of_range", "gross_amount"),
        "o5": ("no_exchange_rate", "currency"),
        "o6": ("missing_value", "user_id"),
        "o7": ("uncastable", "gross_amount"),
    }
    assert rejected(dirty, "order_items") == {
        "o1 | 2": ("out_of_range", "quantity"),
        "o1 | x": ("uncastable", "line_number"),
        "o1 | 3": ("uncastable", "quantity"),
        "o1 | 4": ("uncastable", "quantity"),
        "o1 | 5": ("uncastable", "quantity"),
        "o1 | 6": ("uncastable", "unit_price"),
        "o1 | 8.1": ("uncastable", "line_number"),
        "o1 | 8.2": ("uncastable", "line_number"),
    }


def test_a_number_that_the_models_cannot_hold_is_rejected(dirty: Warehouse) -> None:
    assert rejected(dirty, "products") == {
        "p2": ("uncastable", "list_price"),
        "p3": ("uncastable", "list_price"),
    }
    unfit = ("uncastable", "points")
    assert rejected(dirty, "points_ledger") == {"e2": unfit, "e3": unfit, "e4": unfit}
    assert dirty.rows(
        "select line_number, unit_quantity, line_amount"
        " from strata_core.core_order_lines order by 1"
    ) == [(1, 2, 7), (7, 999999999999, None), (8, 1, 1)]


def test_of_versions_of_one_moment_the_cancelled_one_stays_however_it_is_spelt(
    dirty: Warehouse,
) -> None:
    assert dirty.rows(
        "select status from strata_staging.stg_strata__orders where order_id = 'o8'"
    ) == [("cancelled",)]
    assert dirty.rows(
        "select row_key, raw_values ->> 'status'"
        " from strata_staging.stg_strata__rejected_rows"
        " where reason_code = 'superseded' and source_table = 'orders' order by 1"
    ) == [("o8", "Placed"), ("o9", "placed")]


def test_of_versions_of_one_moment_one_without_a_status_is_paid(
    dirty: Warehouse,
) -> None:
    assert dirty.rows(
        "select status, gross_amount from strata_staging.stg_strata__orders"
        " where order_id = 'o9'"
    ) == [("paid", 70)]


def test_of_versions_of_a_spend_the_one_that_arrived_last_stays(
    dirty: Warehouse,
) -> None:
    assert dirty.rows(
        "select cast(spend_date as varchar), cast(amount as integer)"
        " from strata_staging.stg_strata__ad_spend order by 1"
    ) == [("2026-03-01", 80), ("2026-03-02", 110)]


def test_of_a_grant_and_a_refusal_of_one_moment_the_refusal_stays(
    dirty: Warehouse,
) -> None:
    assert dirty.rows(
        "select hour(recorded_at), is_granted"
        " from strata_staging.stg_strata__consents order by 1"
    ) == [(9, True), (10, False)]


def test_the_raw_values_of_a_rejected_row_are_as_they_came(dirty: Warehouse) -> None:
    raw = dirty.value(
        "select raw_values from strata_staging.stg_strata__rejected_rows"
        " where row_key = 'o7'"
    )
    assert json.loads(raw) == dict(
        zip(ORDER_COLUMNS.split(", "), ORDERS[-1], strict=True)
    )


def test_accepted_and_rejected_rows_add_up_to_the_rows_read(dirty: Warehouse) -> None:
    for table in ("events", "orders"):
        accepted, kept, read = dirty.rows(
            f"select (select count(*) from strata_staging.stg_strata__{table}),"
            " (select count(*) from strata_staging.stg_strata__rejected_rows"
            f" where source_table = '{table}'),"
            f" (select count(*) from raw.{table})"
        )[0]
        assert accepted + kept == read, table
        assert read > 0


def test_orders_alone_are_enough_wherever_they_are(
    new_warehouse: Callable[[str], Warehouse],
) -> None:
    """In a schema and a table of other names, too."""
    warehouse = new_warehouse("orders_only")
    warehouse.execute(
        "create schema shop",
        "create table shop.sales as select 'o' || i as order_id, 'u' || i % 3 as"
        " user_id, date '2026-01-05' + cast(i * 9 as integer) as ordered_at,"
        " 10.0 as gross_amount from range(10) as t(i)",
    )
    outcome = warehouse.dbt(
        "build",
        *WITHOUT_UNIT_TESTS,
        variables={
            "strata__raw_schema": "shop",
            "strata__raw_tables": {"orders": "sales"},
        },
    )
    assert outcome.success, outcome.failed
    assert any(
        "no raw table events" in said and "counts as empty" in said
        for said in outcome.messages
    )
    assert warehouse.value("select count(*) from strata_core.core_users") == 3
    assert warehouse.value("select sum(dau) from strata_metrics.metric_activity_daily")


def test_events_alone_are_enough(new_warehouse: Callable[[str], Warehouse]) -> None:
    warehouse = new_warehouse("events_only")
    warehouse.execute(
        "create schema raw",
        "create table raw.events as select 'e' || i as event_id, 'd' || i % 3 as"
        " anonymous_id, 'view' as event_name,"
        " timestamp '2026-01-05' + to_days(cast(i as integer)) as event_at"
        " from range(40) as t(i)",
    )
    outcome = warehouse.dbt("build", *WITHOUT_UNIT_TESTS)
    assert outcome.success, outcome.failed
    assert warehouse.value("select count(*) from strata_core.core_sessions") == 40
    assert warehouse.value("select count(*) from strata_core.core_orders") == 0


def test_a_missing_required_column_stops_the_run_with_one_sentence(
    new_warehouse: Callable[[str], Warehouse],
) -> None:
    warehouse = new_warehouse("no_column")
    warehouse.execute(
        "create schema raw",
        "create table raw.orders as select 'o1' as order_id, 'u1' as user_id,"
        " 1.0 as gross_amount",
    )
    outcome = warehouse.dbt("build")
    assert not outcome.success
    assert any(
        'the raw table raw.orders has no column "ordered_at"' in said
        and "Add the column" in said
        for said in outcome.messages + outcome.failed
    )


def test_no_input_at_all_stops_the_run_with_one_sentence(
    new_warehouse: Callable[[str], Warehouse],
) -> None:
    outcome = new_warehouse("nothing").dbt("build")
    assert not outcome.success
    assert any(
        "neither events nor orders" in said and "strata load contract" in said
        for said in outcome.messages + outcome.failed
    )


def test_rules_of_another_version_are_replaced_with_their_columns(
    new_warehouse: Callable[[str], Warehouse],
) -> None:
    """A new version adds a column to a rule file, and drops one."""
    warehouse = new_warehouse("upgraded")
    seeds = ("--select", "strata__channels")
    rules = "strata_rules.strata__channels"
    assert warehouse.dbt("seed", *seeds).success
    asked = f"from {rules} order by all"
    before = warehouse.rows(asked)
    warehouse.execute(
        f"alter table {rules} drop column label_zh",
        f"alter table {rules} add column weight integer",
    )
    assert warehouse.dbt("seed", *seeds).success
    assert warehouse.rows(asked) == before


def test_what_arrived_later_is_not_known_yet(
    new_warehouse: Callable[[str], Warehouse],
) -> None:
    """At 12:00 sharp is known; without an arrival a row arrived when it happened."""
    warehouse = new_warehouse("known")
    rows = [
        ("early", "2026-03-01 10:00:00", "2026-03-01 11:59:59"),
        ("sharp", "2026-03-01 10:00:00", "2026-03-01 12:00:00"),
        ("late", "2026-03-01 10:00:00", "2026-03-01 12:00:01"),
        ("no-arrival", "2026-03-01 12:00:00", ""),
        ("no-arrival-later", "2026-03-01 12:00:01", ""),
    ]
    warehouse.execute(
        "create schema raw",
        "create table raw.events as select *, 'd1' as anonymous_id, 'view' as"
        f" event_name from ({values(rows)}) as t(event_id, event_at, loaded_at)",
    )
    warehouse.build(
        *WITHOUT_UNIT_TESTS,
        "--select",
        "+assert_every_raw_row_is_accepted_or_rejected",
        "--indirect-selection",
        "cautious",
        variables={"strata__known_at": "2026-03-01 12:00:00"},
    )
    known = warehouse.rows(
        "select event_id from strata_staging.stg_strata__events order by 1"
    )
    assert known == [("early",), ("no-arrival",), ("sharp",)]
