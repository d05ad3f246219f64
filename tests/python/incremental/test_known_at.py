"""With `strata__known_at` a build says exactly what a build at that time said."""

from collections.abc import Callable
from datetime import datetime

import pytest
from warehouses import Warehouse

from incremental.conftest import Proof
from incremental.contract import raw_tables
from incremental.deliveries import Raw, arranged, deliver, load
from incremental.equality import ARRIVALS, Table, assert_equal, differences, models
from incremental.scenarios import SCENARIOS
from incremental.story import Row

pytestmark = [pytest.mark.xdist_group("known_at"), pytest.mark.proof]

MIDNIGHT = datetime.min.time()
ABOUT = datetime(2026, 5, 20, 12)


def arrived_at(table: str, row: Row) -> datetime | None:
    """When a row arrived; where nothing tells, when it happened, or always."""
    contract = raw_tables()[table]
    times = [*contract.times[:1]]
    if contract.has_arrival:
        times = ["loaded_at", *times]
    found = next((row[name] for name in times if row.get(name) is not None), None)
    if found is None or isinstance(found, datetime):
        return found
    return datetime.combine(found, MIDNIGHT)


def known(raw: Raw, moment: datetime) -> Raw:
    """The raw rows that had arrived by a time."""
    return {
        table: [
            row for row in rows if (arrived_at(table, row) or datetime.min) <= moment
        ]
        for table, rows in raw.items()
    }


def marts() -> list[Table]:
    """All models but the memory of the raw rows, which are all there."""
    return [table for table in models() if table.name != ARRIVALS]


@pytest.fixture(scope="module")
def moment(proof: Proof) -> datetime:
    """In the middle of the history, the very moment at which a row arrived."""
    moments = (
        arrived_at(table, row) for table, rows in proof.raw[2].items() for row in rows
    )
    return max(each for each in moments if each and each <= ABOUT)


@pytest.fixture(scope="module")
def then(
    proof: Proof, moment: datetime, new_warehouse: Callable[[str], Warehouse]
) -> Warehouse:
    """A build of the rows that had arrived by the moment, and no others."""
    found = new_warehouse("then")
    load(found, known(proof.raw[2], moment), seed=8)
    found.build()
    return found


def build_as_known(warehouse: Warehouse, moment: datetime) -> None:
    """A plain build that knows what had arrived by a time."""
    warehouse.build(variables={"strata__known_at": str(moment)})


def test_a_new_warehouse_of_a_past_moment_is_as_it_was(
    proof: Proof,
    moment: datetime,
    then: Warehouse,
    new_warehouse: Callable[[str], Warehouse],
) -> None:
    fresh = new_warehouse("fresh")
    load(fresh, proof.raw[2], seed=9)
    build_as_known(fresh, moment)
    assert_equal(fresh, then, "as known then", "then", marts())


def test_a_grown_warehouse_goes_to_a_past_moment_and_comes_back(
    proof: Proof,
    moment: datetime,
    then: Warehouse,
    new_warehouse: Callable[[str], Warehouse],
) -> None:
    """Each by a plain build; on the way more rows come, early and late ones."""
    grown = proof.incremental[1].copy(new_warehouse("grown"))
    build_as_known(grown, moment)
    deliver(grown, arranged(SCENARIOS)[2])
    build_as_known(grown, moment)
    assert_equal(grown, then, "as known then", "then", marts())
    grown.build()
    assert_equal(grown, proof.full[2], "back in the present", "full")


def test_later_rows_would_have_been_seen(proof: Proof, then: Warehouse) -> None:
    """Else the tests above could not fail."""
    changed = {each.table.name for each in differences(then, proof.full[2], marts())}
    assert {
        "core_deliveries",
        "core_sessions",
        "core_orders",
        "core_users",
        "feat_user_snapshots",
        "tier_user_history",
        "metric_activity_daily",
    } <= changed
