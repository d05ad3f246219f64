"""A build that is killed at any moment does no harm: the next plain one mends it."""

import os
from collections.abc import Callable
from random import Random

import pytest
from warehouses import Warehouse

from incremental.conftest import Proof
from incremental.deliveries import arranged, deliver, load
from incremental.equality import assert_equal, models
from incremental.killing import OPENING, SETTLEMENT, Killer
from incremental.scenarios import SCENARIOS

pytestmark = [pytest.mark.xdist_group("killed"), pytest.mark.proof]

KILLS = int(os.environ.get("STRATA_PROOF_KILLS", "2"))
SEED = 20_260_620


@pytest.fixture(scope="module")
def killer(tmp_path_factory: pytest.TempPathFactory) -> Killer:
    """Kills runs of dbt."""
    return Killer(tmp_path_factory.mktemp("killed"), Random(SEED))


@pytest.fixture
def settled(proof: Proof, new_warehouse: Callable[[str], Warehouse]) -> Warehouse:
    """A warehouse after the first two deliveries, built well."""
    return proof.incremental[1].copy(new_warehouse("settled"))


def kill_often(killer: Killer, warehouse: Warehouse, *arguments: str) -> None:
    """Kill runs at moments that lie all over a run."""
    for share in killer.moments(KILLS):
        killer.kill(warehouse, share, *arguments)


def mended(warehouse: Warehouse, full: Warehouse) -> None:
    """One plain build, and everything is as if nothing had happened."""
    warehouse.build()
    assert_equal(warehouse, full, "after the kills", "full")
    assert rubbish(warehouse) == []


def rubbish(warehouse: Warehouse) -> list[str]:
    """Tables that dbt makes on its way and must have cleared away."""
    assert models()
    return [
        name
        for (name,) in warehouse.rows(
            "select table_name from information_schema.tables"
            " where table_name like '%\\_\\_dbt\\_%' escape '\\'"
        )
    ]


def test_a_first_build_killed_is_mended(
    killer: Killer, proof: Proof, new_warehouse: Callable[[str], Warehouse]
) -> None:
    fresh = new_warehouse("fresh")
    load(fresh, proof.raw[1])
    kill_often(killer, fresh, "build")
    mended(fresh, proof.full[1])


def test_rows_that_come_between_killed_builds_are_not_lost(
    killer: Killer, settled: Warehouse, proof: Proof
) -> None:
    """With the fourth delivery the last day moves over a month end."""
    batches = arranged(SCENARIOS)
    deliver(settled, batches[2])
    killer.kill(settled, OPENING, "build")
    kill_often(killer, settled, "build")
    deliver(settled, batches[3])
    kill_often(killer, settled, "build")
    killer.kill(settled, SETTLEMENT, "build")
    mended(settled, proof.full[3])


def test_a_full_refresh_killed_is_mended(
    killer: Killer, behind: Warehouse, proof: Proof
) -> None:
    """Rows were deleted before it: what they made must go all the same."""
    kill_often(killer, behind, "build", "--full-refresh")
    mended(behind, proof.full[1])


def test_seeds_killed_are_mended(
    killer: Killer, settled: Warehouse, proof: Proof
) -> None:
    kill_often(killer, settled, "seed", "--full-refresh")
    mended(settled, proof.full[1])
