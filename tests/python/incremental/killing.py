"""Builds in processes of their own, which are killed at random moments."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from warehouses import PLACE, ROOT, TARGET, WITHOUT_TESTS, Warehouse

DBT = Path(sys.executable).with_name("dbt")
KILLED = -9
LOOK = 0.01
PATIENCE = 900.0
# A node is mostly done by then, and a hook is not.
LINGER = 0.15
# Moments that have a name: what changed is found, and the book is closed.
OPENING, SETTLEMENT = "on-run-start.2", "on-run-end.0"
STARTED = re.compile(r"(\d+) of (\d+) START (?!hook)")


@dataclass
class Killer:
    """Starts dbt on a warehouse and kills it, each time at another moment.

    A moment is a share of the nodes of the run, or a hook: when dbt says that it
    begins, and a little later. Shares of the time would need a quiet machine.
    """

    folder: Path
    random: Random

    def moments(self, count: int) -> Iterator[float]:
        """Shares of a run: one in each of as many equal parts, in random order."""
        parts = [*range(count)]
        self.random.shuffle(parts)
        for part in parts:
            yield (part + self.random.random()) / count

    def kill(self, warehouse: Warehouse, moment: float | str, *arguments: str) -> None:
        """Run dbt and kill it; it must not have been done before."""
        process = self._start(warehouse, *arguments)
        late = time.monotonic() + PATIENCE
        while not self._is_reached(moment):
            assert process.poll() is None, self._said()
            assert time.monotonic() < late, self._said()
            time.sleep(LOOK)
        time.sleep(LINGER * self.random.random())
        process.kill()
        assert process.wait(PATIENCE) == KILLED, (moment, self._said())

    def _is_reached(self, moment: float | str) -> bool:
        """True if dbt has begun what the moment names."""
        said = self._said()
        if isinstance(moment, str):
            return f"START hook: strata.{moment}" in said
        return any(
            int(node) > moment * int(count) for node, count in STARTED.findall(said)
        )

    def _start(self, warehouse: Warehouse, *arguments: str) -> subprocess.Popen[bytes]:
        """A run of dbt."""
        command = [
            str(DBT),
            "--no-use-colors",
            f"--log-path={self.folder / 'logs'}",
            *arguments,
            f"--project-dir={ROOT}",
            f"--profiles-dir={ROOT}",
            f"--target-path={TARGET}",
        ]
        if arguments[0] == "build":
            command += WITHOUT_TESTS
        PLACE.unlink(missing_ok=True)
        PLACE.symlink_to(warehouse.path.parent)
        with self._log.open("wb") as log:
            return subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={
                    **os.environ,
                    "STRATA_DUCKDB_PATH": str(PLACE / warehouse.path.name),
                },
                cwd=ROOT,
            )

    @property
    def _log(self) -> Path:
        """What the run says."""
        return self.folder / "said.txt"

    def _said(self) -> str:
        """What the run has said so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")
