"""The warehouses of the scenarios, which several tests share."""

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import overload

import pytest
from warehouses import Warehouse

from incremental.deliveries import Raw, after_each, arranged, deliver, load
from incremental.scenarios import SCENARIOS
from incremental.story import DELIVERIES


class OnDemand(Sequence[Warehouse]):
    """A warehouse after each delivery, built when the first test asks for it."""

    def __init__(self, folder: Path, make: Callable[[int, Warehouse], None]) -> None:
        """Keep them in a folder; `make` brings the one of a number there."""
        self.folder = folder
        self.make = make

    def __len__(self) -> int:
        """One for each delivery."""
        return DELIVERIES

    @overload
    def __getitem__(self, index: int) -> Warehouse: ...

    @overload
    def __getitem__(self, index: slice) -> list[Warehouse]: ...

    def __getitem__(self, index: int | slice) -> Warehouse | list[Warehouse]:
        """The warehouse of a delivery, from 0, or from the last one back."""
        if isinstance(index, slice):
            return [self[number] for number in range(DELIVERIES)[index]]
        number = range(DELIVERIES)[index]
        folder = self.folder / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        found, is_built = Warehouse(folder / "strata.duckdb"), folder / "built"
        with alone(folder / "lock"):
            if not is_built.exists():
                found.path.unlink(missing_ok=True)
                self.make(number, found)
                is_built.touch()
        return found


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """One process of the test run at a time; whoever comes second waits."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True)
class Proof:
    """After each delivery: the raw rows, a warehouse built on, and one from nothing.

    All scenarios stand side by side. The processes of a test run share the folder,
    and each builds what no other has built yet.
    """

    folder: Path

    @cached_property
    def raw(self) -> list[Raw]:
        """The raw rows after each delivery."""
        return after_each(arranged(SCENARIOS))

    @cached_property
    def incremental(self) -> OnDemand:
        """Built on, delivery by delivery."""
        return OnDemand(self.folder / "incremental", self._go_on)

    @cached_property
    def full(self) -> OnDemand:
        """Built from nothing, of all that was delivered so far."""
        return OnDemand(self.folder / "full", self._begin)

    def _go_on(self, number: int, warehouse: Warehouse) -> None:
        """Take the warehouse before, and build what the next delivery brings."""
        if number:
            self.incremental[number - 1].copy(warehouse)
        deliver(warehouse, arranged(SCENARIOS)[number], seed=number + 1)
        warehouse.build()

    def _begin(self, number: int, warehouse: Warehouse) -> None:
        """Build all rows in another order."""
        load(warehouse, self.raw[number], seed=101 + number)
        warehouse.build()


@pytest.fixture(scope="session")
def proof(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Proof:
    """All scenarios side by side, delivery by delivery."""
    folder = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        folder = folder.parent
    return Proof(folder / "proof")


@pytest.fixture
def behind(proof: Proof, new_warehouse: Callable[[str], Warehouse]) -> Warehouse:
    """Built after the first delivery; the second, with all that goes, is there."""
    found = proof.incremental[0].copy(new_warehouse("behind"))
    deliver(found, arranged(SCENARIOS)[1])
    return found
