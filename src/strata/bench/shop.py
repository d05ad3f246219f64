"""A simulated shop of a size: made, loaded, built, and a day longer."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from strata import StrataError, project
from strata.bench import SEED
from strata.bench.jobs import Job
from strata.simulate import simulate
from strata.warehouse import literal

# A year that ends with a month, and two days after it: one that begins a month, when
# what was said of the last day of the month is no longer of today, and one as most are.
DAYS, LAST_DAY = 367, date(2026, 7, 2)
ADDED = (LAST_DAY - timedelta(days=1), LAST_DAY)
EVENTS_PER_PERSON = 54
WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "test")


class Shop:
    """One folder with the raw tables, the warehouse and the jobs of a size."""

    def __init__(
        self, folder: Path, events: int, on_progress: Callable[[str], None]
    ) -> None:
        """About `events` events; `folder` is its own."""
        self.folder = folder
        self.events = events
        self.warehouse = folder / "strata.duckdb"
        self._counts = folder / "counts.json"
        self._built = folder / "built"
        self.say = lambda text: on_progress(f"{events:,} events: {text}")

    def prepare(self) -> None:
        """Simulate, and load what arrived before the days added, unless it stands."""
        if self._counts.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self.warehouse.unlink(missing_ok=True)
        self.say("simulating")
        simulate(
            self.folder / "raw",
            users=max(1, self.events // EVENTS_PER_PERSON),
            days=DAYS,
            seed=SEED,
            end_date=LAST_DAY,
        )
        self.say("loading")
        self._load(self.warehouse, "create table raw.{} as", None)
        counts = {
            "events": _events(self.warehouse),
            "input_bytes": self.warehouse.stat().st_size,
        }
        self._counts.write_text(json.dumps(counts), encoding="utf-8")

    def counts(self) -> dict[str, int]:
        """The events, and the bytes of all raw tables in the warehouse."""
        return json.loads(self._counts.read_text(encoding="utf-8"))

    def add_day(self, warehouse: Path, day: date) -> int:
        """Load what arrived on one of the days added; how many events."""
        before = _events(warehouse)
        self._load(warehouse, "insert into raw.{}", day)
        return _events(warehouse) - before

    def _load(self, warehouse: Path, into: str, day: date | None) -> None:
        """Load what came into the raw tables on a day added, or before those days."""
        with duckdb.connect(str(warehouse)) as con:
            con.execute("create schema if not exists raw")
            for file in sorted((self.folder / "raw").glob("*.parquet")):
                rows = f"select * from {literal(file)}"
                names = [each[0] for each in con.execute(f"describe {rows}").fetchall()]
                con.execute(
                    f"{into.format(file.stem)} {rows} where {_came(names, day)}"
                )

    def copy(self, name: str) -> Path:
        """A copy of the warehouse in a folder of its own, and nothing else there.

        A process that stopped short of closing the warehouse left the end of its work
        in a log beside it; that is brought in first.
        """
        self.drop(name)
        place = self.folder / name / "strata.duckdb"
        place.parent.mkdir(exist_ok=True)
        with duckdb.connect(str(self.warehouse)) as con:
            con.execute("checkpoint")
        shutil.copyfile(self.warehouse, place)
        return place

    def drop(self, name: str) -> None:
        """Remove a folder of this size."""
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def is_built(self) -> bool:
        """Whether a full build of the warehouse has come to its end."""
        return self._built.exists()

    def build(
        self,
        warehouse: Path,
        *arguments: str,
        memory_limit: str | None = None,
        may_fail: bool = False,
    ) -> dict[str, Any]:
        """Run `dbt build`, one model after the other, without tests."""
        is_own = warehouse == self.warehouse
        if is_own:
            self._built.unlink(missing_ok=True)
            self.drop("given")
            self.drop("jobs")
        told = self._dbt(
            warehouse, "build", *WITHOUT_TESTS, *arguments, memory_limit=memory_limit
        )
        if told["failed"] and not may_fail:
            raise StrataError(_why(told["failed"]))
        if is_own:
            self._built.touch()
        return told

    def compile(self) -> dict[str, Any]:
        """The models as dbt compiles them for a full build, by their relations."""
        told = self._dbt(self.warehouse, "compile", "--full-refresh")
        if told["failed"]:
            raise StrataError(_why(told["failed"]))
        text = (self.folder / "target/manifest.json").read_text(encoding="utf-8")
        return {
            node["relation_name"]: node
            for node in json.loads(text)["nodes"].values()
            if node["resource_type"] in ("model", "seed") and node["relation_name"]
        }

    def place(self, job: Job) -> Path:
        """The folder of a job."""
        return self.folder / "jobs" / job.code

    def _dbt(
        self, warehouse: Path, *arguments: str, memory_limit: str | None = None
    ) -> dict[str, Any]:
        """Run dbt from the project, in a process of its own."""
        places = [
            f"--project-dir={project.root()}",
            f"--profiles-dir={project.root()}",
            f"--target-path={(self.folder / 'target').resolve()}",
            f"--log-path={(self.folder / 'logs').resolve()}",
        ]
        settings = {
            "STRATA_DUCKDB_PATH": str(warehouse.resolve()),
            "STRATA_THREADS": "1",
        }
        if memory_limit:
            settings["STRATA_MEMORY_LIMIT"] = memory_limit
        return call("build", settings, arguments=[*arguments, *places])


def _came(names: Sequence[str], day: date | None) -> str:
    """The condition on rows of a table that came on a day added, or before those days.

    A table without a time of arrival was there before; what lacks the time in a table
    that has one came on the last day.
    """
    column = next((x for x in ("loaded_at", "spend_date") if x in names), None)
    if column is None:
        return "false" if day else "true"
    last = f"date '{LAST_DAY}'"
    came = f"least(coalesce(cast({column} as date), {last}), {last})"
    return f"{came} = date '{day}'" if day else f"{came} < date '{ADDED[0]}'"


def _why(failed: list[str]) -> str:
    """The first of the faults, in one sentence."""
    fault = " ".join(failed[0].split())[:300]
    return f"The benchmark could not build its shop: {fault}."


def _events(warehouse: Path) -> int:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        ((events,),) = con.execute("select count(*) from raw.events").fetchall()
    return int(events)


def call(task: str, settings: dict[str, str] | None = None, **arguments: Any) -> Any:
    """Do a task of the worker in a process of its own; what it told.

    Raises StrataError with its last words if it fails.
    """
    done = subprocess.run(
        [sys.executable, "-m", "strata.bench.worker", task, json.dumps(arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(settings or {})},
    )
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        words = lines[-1][-300:] if lines else ""
        if done.returncode < 0:
            words = f"{words} (ended by signal {-done.returncode})"
        raise StrataError(f"The part {task} of the benchmark stopped: {words.strip()}.")
    return json.loads(done.stdout.splitlines()[-1])
