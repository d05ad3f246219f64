"""What must not matter: the order of rows, rows that come twice, the names of ids."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from warehouses import Warehouse

from incremental.conftest import Proof
from incremental.deliveries import Raw, load
from incremental.equality import Table, assert_equal, models
from incremental.story import IS_ID, MARK, Row

pytestmark = pytest.mark.proof

# These tell what was delivered, and a second delivery is one.
TELL_DELIVERIES = {
    "stg_strata__rejected_rows",
    "stg_strata__arrivals",
    "stg_strata__deliveries",
    "core_deliveries",
    "metric_daily_quality",
    "metric_drivers",
}
# Rows sent, by what the tables with a time of their own are.
SENT = (
    "strata_metrics.metric_daily_quality"
    " where measure_code = 'missing_source' and source_table"
)
TIMED = "(select source_table from strata_core.core_arrival_delays)"
# What they say when everything came once, and again: each row that is delivered again
# is a fault if it was one, else a duplicate. Drivers tell nothing else of it.
ONCE_AND_AGAIN = (
    (
        "select source_table, arrived_date, 2 * row_count, 2 * rejected_count,"
        " row_count - rejected_count + duplicate_count"
        " from strata_core.core_deliveries",
        "select source_table, arrived_date, row_count, rejected_count, duplicate_count"
        " from strata_core.core_deliveries",
    ),
    (
        "select * replace (amount * 2 as amount, base * 2 as base)"
        " from strata_metrics.metric_daily_quality where measure_code = 'rejects'",
        "select * from strata_metrics.metric_daily_quality"
        " where measure_code = 'rejects'",
    ),
    (
        f"select * replace (amount * 2 as amount) from {SENT} not in {TIMED}",
        f"select * from {SENT} not in {TIMED}",
    ),
    *[
        (rows, rows)
        for rows in (
            "select distinct * from strata_staging.stg_strata__rejected_rows"
            " where is_fault",
            "select source_table, arrived_date"
            " from strata_staging.stg_strata__arrivals",
            "select source_table, delivered_date"
            " from strata_staging.stg_strata__deliveries",
            "select * from strata_metrics.metric_daily_quality"
            " where measure_code in ('late', 'missing_platform')",
            f"select * from {SENT} in {TIMED}",
            "select * from strata_metrics.metric_drivers"
            " where dimension != 'data_quality'",
        )
    ],
)

# It tells which of two ids joined the other: of equal age the lesser one stays.
TELLS_NAMES = {"core_identity_changes"}
# Ids that are not called so, what is made of them, and a rank that goes by id where
# people are alike.
NAMES = {"id", "circle", "item_code", "inviter_rank", "row_fingerprint"}


@pytest.fixture(scope="module")
def raw(proof: Proof) -> Raw:
    """The raw rows of all scenarios while the last day stands still."""
    return proof.raw[2]


@pytest.fixture(scope="module")
def built(proof: Proof) -> Warehouse:
    """A full build of them."""
    return proof.full[2]


def marts() -> list[Table]:
    """All models but those that tell what was delivered."""
    return [table for table in models() if table.name not in TELL_DELIVERIES]


def changed_nothing(again: Warehouse, once: Warehouse) -> None:
    """All is as it was, and what tells of deliveries tells of the second one only."""
    assert_equal(again, once, "delivered again", "once", marts())
    for of_once, of_again in ONCE_AND_AGAIN:
        expected, found = sorted_rows(once, of_once), sorted_rows(again, of_again)
        assert found == expected, of_again
        assert found


def sorted_rows(warehouse: Warehouse, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query in an order of their own."""
    return warehouse.rows(f"from ({query}) order by all")


def test_rows_delivered_twice_at_once_change_nothing(
    raw: Raw, built: Warehouse, new_warehouse: Callable[[str], Warehouse]
) -> None:
    doubled = new_warehouse("doubled")
    load(doubled, {table: [*rows, *rows] for table, rows in raw.items()}, seed=51)
    doubled.build()
    changed_nothing(doubled, built)


def test_everything_delivered_again_changes_nothing(
    raw: Raw, proof: Proof, new_warehouse: Callable[[str], Warehouse]
) -> None:
    again = proof.incremental[2].copy(new_warehouse("again"))
    load(again, raw, seed=52)
    again.build()
    changed_nothing(again, proof.full[2])


def test_the_names_of_ids_do_not_matter(
    raw: Raw, built: Warehouse, new_warehouse: Callable[[str], Warehouse]
) -> None:
    """Every table says the same, its ids and keys left out."""
    renamed = new_warehouse("renamed")
    load(
        renamed,
        {table: [other_ids(row) for row in rows] for table, rows in raw.items()},
        seed=53,
    )
    renamed.build()
    told = [table for table in marts() if table.name not in TELLS_NAMES]
    assert_equal(renamed, built, "renamed", "named", told, is_no_name)
    counts = {
        str(table): (rows_of(renamed, table), rows_of(built, table))
        for table in models()
    }
    assert {name: both for name, both in counts.items() if len({*both}) > 1} == {}


def test_ids_are_renamed_where_their_order_could_matter(built: Warehouse) -> None:
    """Of many persons, so that some of them stand in another order afterwards."""
    for table, at, what in (
        ("core_events", "event_at", "page"),
        ("core_events", "event_at", "traffic_source"),
        ("core_events", "event_at", "platform"),
        ("core_sessions", "started_at", "channel"),
        ("core_orders", "ordered_at", "gross_amount"),
        ("core_user_acts", "act_at", "case when act_kind = 'nps' then amount end"),
        (
            "core_user_acts",
            "act_at",
            "case act_kind when 'consent_marketing' then amount end",
        ),
    ):
        moments = built.rows(
            f"select 1 from strata_core.{table} group by user_key, {at}"
            f" having count(distinct {what}) > 1"
        )
        assert len(moments) >= 6, (table, what)


def rows_of(warehouse: Warehouse, table: Table) -> int:
    """How many rows a table has."""
    return int(warehouse.value(f"select count(*) from {table}"))


def is_no_name(column: str) -> bool:
    """True if the values of a column do not follow the names of ids."""
    return not (column in NAMES or IS_ID.search(column) or column.endswith("_key"))


def other_ids(row: Row) -> Row:
    """The row with another name for each id, in another order than before."""
    return {
        column: sha256(value.encode()).hexdigest()[:16]
        if IS_ID.search(column) and isinstance(value, str) and MARK in value
        else value
        for column, value in row.items()
    }
