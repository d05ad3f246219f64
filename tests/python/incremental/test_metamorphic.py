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
    "core_deliveries",
    "metric_daily_quality",
    "metric_drivers",
}
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
        " from strata_metrics.metric_daily_quality"
        " where measure_code in ('missing_source', 'rejects')",
        "select * from strata_metrics.metric_daily_quality"
        " where measure_code in ('missing_source', 'rejects')",
    ),
    *[
        (rows, rows)
        for rows in (
            "select distinct * from strata_staging.stg_strata__rejected_rows"
            " where is_fault",
            "select source_table, arrived_date"
            " from strata_staging.stg_strata__arrivals",
            "select * from strata_metrics.metric_daily_quality"
            " where measure_code in ('late', 'missing_platform')",
            "select * from strata_metrics.metric_drivers"
            " where dimension != 'data_quality'",
        )
    ],
)

FIGURES = {
    "core_clock",
    "core_traffic_sources",
    "metric_activity_daily",
    "metric_repurchase",
    "metric_lifecycle",
    "metric_retention_cohorts",
    "metric_retention_segments",
    "metric_stickiness",
}


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
    """Keys differ then, so every table is counted; figures of groups are compared."""
    renamed = new_warehouse("renamed")
    load(
        renamed,
        {table: [other_ids(row) for row in rows] for table, rows in raw.items()},
        seed=53,
    )
    renamed.build()
    counts = {
        str(table): (rows_of(renamed, table), rows_of(built, table))
        for table in models()
    }
    assert {name: both for name, both in counts.items() if len({*both}) > 1} == {}
    figures = [table for table in marts() if has_no_id(built, table)]
    assert {table.name for table in figures} >= FIGURES
    assert_equal(renamed, built, "renamed", "named", figures)


def rows_of(warehouse: Warehouse, table: Table) -> int:
    """How many rows a table has."""
    return int(warehouse.value(f"select count(*) from {table}"))


def has_no_id(warehouse: Warehouse, table: Table) -> bool:
    """True if no column names a person, an order or a session."""
    columns = warehouse.rows(
        "select column_name from duckdb_columns()"
        " where schema_name = ? and table_name = ?",
        table.schema,
        table.name,
    )
    return not any(
        name == "id" or IS_ID.search(name) or name.endswith("_key")
        for (name,) in columns
    )


def other_ids(row: Row) -> Row:
    """The row with another name for each id, in another order than before."""
    return {
        column: sha256(value.encode()).hexdigest()[:16]
        if IS_ID.search(column) and isinstance(value, str) and MARK in value
        else value
        for column, value in row.items()
    }
