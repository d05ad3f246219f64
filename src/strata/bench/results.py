"""What was measured, kept in a file so that parts can be run one by one."""

import json
import math
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from strata.bench.jobs import PEERS

PACKAGES = ("duckdb", "dbt-core", "polars", "chdb")
# The days added, as they are kept and as they are told.
DAYS_ADDED = {"first_days": "the first day of a month added", "days": "a day added"}
Size = dict[str, Any]


class Results:
    """The figures by number of events asked for, and the steps of single models."""

    def __init__(self, file: Path) -> None:
        """Go on from the file, if there is one."""
        self._file = file
        known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        self.machine: dict[str, Any] = known.get("machine", {})
        self.steps: dict[str, list[dict[str, Any]]] = known.get("steps", {})
        self._sizes: dict[str, Size] = known.get("sizes", {})

    def size(self, events: int) -> Size:
        """What is known of a size; it may be added to, and then saved."""
        return self._sizes.setdefault(str(events), {})

    def sizes(self) -> list[Size]:
        """All sizes, the smallest first."""
        return [self._sizes[key] for key in sorted(self._sizes, key=int)]

    def save(self) -> None:
        """Write everything, with the machine and the hour."""
        self.machine = {
            "cores": os.cpu_count(),
            "memory_bytes": memory_of_machine(),
            "day": datetime.now(UTC).date().isoformat(),
            "versions": _versions(),
        }
        told = {"machine": self.machine, "sizes": self._sizes, "steps": self.steps}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(told, indent=1), encoding="utf-8")


def build_seconds(
    size: Size, part: str = "builds", clock: str = "seconds"
) -> float | None:
    """The median seconds, or `cpu_seconds`, of the full builds, or of the days."""
    runs = size.get(part) or []
    return median(run[clock] for run in runs) if runs else None


def layer_seconds(size: Size, layer: str) -> float | None:
    """The median seconds of a layer in the full builds."""
    runs = size.get("builds") or []
    return median(run["layers"].get(layer, 0.0) for run in runs) if runs else None


def job_seconds(
    size: Size, job: str, engine: str, clock: str = "seconds"
) -> float | None:
    """The median seconds of a job, or its `cpu_seconds`."""
    told = size.get("jobs", {}).get(job, {}).get(engine)
    return median(told[clock]) if told else None


def best_peer(size: Size, job: str) -> tuple[str, float] | None:
    """The fastest engine besides the project, and its seconds."""
    peers = [
        (seconds, engine)
        for engine in PEERS
        if (seconds := job_seconds(size, job, engine)) is not None
    ]
    if not peers:
        return None
    seconds, engine = min(peers)
    return engine, seconds


def exponent(points: Mapping[float, float]) -> float | None:
    """The slope of log seconds over log events by least squares; None for one point."""
    logs = [(math.log(x), math.log(y)) for x, y in points.items() if x > 0 and y > 0]
    if len(logs) < 2:
        return None
    mean_x = sum(x for x, _ in logs) / len(logs)
    mean_y = sum(y for _, y in logs) / len(logs)
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    if not spread:
        return None
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread


def memory_of_machine() -> int | None:
    """The memory of the machine in bytes, where it says."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return None


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
