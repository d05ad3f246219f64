"""The warehouses of the scenarios, which several tests share."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from warehouses import Warehouse

from incremental.deliveries import Raw, after_each, arranged, deliver, load
from incremental.scenarios import SCENARIOS


@dataclass(frozen=True)
class Proof:
    """After each delivery: the raw rows, a warehouse built on, and one from nothing."""

    raw: list[Raw]
    incremental: list[Warehouse]
    full: list[Warehouse]


@pytest.fixture(scope="session")
def proof(new_warehouse: Callable[[str], Warehouse]) -> Proof:
    """All scenarios side by side, delivery by delivery."""
    batches = arranged(SCENARIOS)
    growing = new_warehouse("growing")
    found = Proof(after_each(batches), [], [])
    for number, batch in enumerate(batches, 1):
        deliver(growing, batch, seed=number)
        growing.build()
        found.incremental.append(growing.copy(new_warehouse(f"after-{number}")))
        fresh = new_warehouse(f"full-{number}")
        load(fresh, found.raw[number - 1], seed=100 + number)
        fresh.build()
        found.full.append(fresh)
    return found


@pytest.fixture
def behind(proof: Proof, new_warehouse: Callable[[str], Warehouse]) -> Warehouse:
    """Built after the first delivery; the second, with all that goes, is there."""
    found = proof.incremental[0].copy(new_warehouse("behind"))
    deliver(found, arranged(SCENARIOS)[1])
    return found
