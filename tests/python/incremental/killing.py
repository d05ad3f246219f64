"""Builds in processes of their own, which are killed at random moments."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from warehouses import ROOT, WITHOUT_TESTS, Warehouse

DBT = Path(sys.executable).with_name("dbt")
KILLED = -9
LOOK = 0.01
PATIENCE = 180.0


@dataclass
class Killer:
    """Starts dbt on a warehouse and kills it, each time at another moment.

    The moments are shares of the time that an undisturbed run works, from its first
    node on: reading the project takes a while and writes nothing.
    """

    folder: Path
    random: Random
    working: dict[str, float] = field(default_factory=dict)

    def measure(self, warehouse: Warehouse, *arguments: str) -> float:
        """Run dbt to its end, and remember how long it worked."""
        process, began = self._start(warehouse, *arguments)
        assert process.wait(PATIENCE) == 0, self._said()
        self.working[arguments[0]] = time.monotonic() - began
        return self.working[arguments[0]]

    def moments(self, count: int) -> Iterator[float]:
        """Shares of a run: one in each of as many equal parts, in random order."""
        parts = [*range(count)]
        self.random.shuffle(parts)
        for part in parts:
            yield (part + self.random.random()) / count

    def kill(self, warehouse: Warehouse, share: float, *arguments: str) -> bool:
        """Run dbt and kill it; false if it was done before."""
        process, began = self._start(warehouse, *arguments)
        until = began + share * self.working[arguments[0]]
        while process.poll() is None and time.monotonic() < until:
            time.sleep(LOOK)
        process.kill()
        return process.wait(PATIENCE) == KILLED

    def _start(
        self, warehouse: Warehouse, *arguments: str
    ) -> tuple["subprocess.Popen[bytes]", float]:
        """A run of dbt, and the time at which its first node began."""
        command = [
            str(DBT),
            "--no-use-colors",
            f"--log-path={self.folder / 'logs'}",
            *arguments,
            f"--project-dir={ROOT}",
            f"--profiles-dir={ROOT}",
            f"--target-path={self.folder / 'target'}",
        ]
        if arguments[0] == "build":
            command += WITHOUT_TESTS
        with self._log.open("wb") as log:
            process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "STRATA_DUCKDB_PATH": str(warehouse.path)},
                cwd=ROOT,
            )
        late = time.monotonic() + PATIENCE
        while " of " not in (said := self._said()) or " START " not in said:
            assert process.poll() is None, said
            assert time.monotonic() < late, said
            time.sleep(LOOK)
        return process, time.monotonic()

    @property
    def _log(self) -> Path:
        """What the run says."""
        return self.folder / "said.txt"

    def _said(self) -> str:
        """What the run has said so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")
