"""A build that is killed at any moment does no harm: the next plain one mends it."""

import os
from collections.abc import Callable
from random import Random

import pytest
from warehouses import Warehouse

from incremental.conftest import Proof
from incremental.deliveries import arranged, deliver, load
from incremental.equality import assert_equal, models
from incremental.killing import Killer
from incremental.scenarios import SCENARIOS

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.proof]

KILLS = int(os.environ.get("STRATA_PROOF_KILLS", "2"))
SEED = 20_260_620


@pytest.fixture(scope="module")
def killer(
    proof: Proof,
    new_warehouse: Callable[[str], Warehouse],
    tmp_path_factory: pytest.TempPathFactory,
) -> Killer:
    """Kills runs of dbt, and knows how long they take undisturbed."""
    made = Killer(tmp_path_factory.mktemp("killed"), Random(SEED))
    measured = new_warehouse("measured")
    load(measured, proof.raw[0])
    made.measure(measured, "build")
    made.measure(measured, "seed")
    assert_equal(measured, proof.full[0], "undisturbed", "full")
    return made


@pytest.fixture
def settled(proof: Proof, new_warehouse: Callable[[str], Warehouse]) -> Warehouse:
    """A warehouse after the first two deliveries, built well."""
    return proof.incremental[1].copy(new_warehouse("settled"))


def kill_often(
    killer: Killer, warehouse: Warehouse, *arguments: str, kills: int = KILLS
) -> None:
    """Kill runs at moments that lie all over a run; most of them must be killed."""
    shares = [*killer.moments(kills)]
    killed = [killer.kill(warehouse, share, *arguments) for share in shares]
    assert sum(killed) >= len(killed) / 2, [*zip(shares, killed, strict=True)]


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


def test_a_build_of_new_rows_killed_is_mended(
    killer: Killer, settled: Warehouse, proof: Proof
) -> None:
    deliver(settled, arranged(SCENARIOS)[2])
    kill_often(killer, settled, "build")
    mended(settled, proof.full[2])


def test_a_build_of_moved_days_killed_is_mended(
    killer: Killer, proof: Proof, new_warehouse: Callable[[str], Warehouse]
) -> None:
    """With the fourth delivery the last day moves over a month end."""
    settled = proof.incremental[2].copy(new_warehouse("settled"))
    deliver(settled, arranged(SCENARIOS)[3])
    kill_often(killer, settled, "build")
    mended(settled, proof.full[3])


def test_rows_that_come_between_killed_builds_are_not_lost(
    killer: Killer, settled: Warehouse, proof: Proof
) -> None:
    batches = arranged(SCENARIOS)
    shares = killer.moments(3)
    for batch in batches[2:]:
        deliver(settled, batch)
        killer.kill(settled, next(shares), "build")
    mended(settled, proof.full[-1])


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
