"""A simulated shop of a size: made, loaded, built, and taken apart for the jobs."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from strata import StrataError, project
from strata.bench import SEED
from strata.bench.jobs import ENGINES, Job
from strata.simulate import simulate
from strata.warehouse import literal

# A year that ends with a month, and the day after it.
DAYS, LAST_DAY = 366, date(2026, 7, 1)
EVENTS_PER_PERSON = 54
# As dbt writes a relation, in a warehouse whose file is strata.duckdb.
RELATION = re.compile(r'"strata"\."(\w+)"\."(\w+)"')
COMMENT = re.compile(r"--.*")
WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "test")
Node = dict[str, Any]


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
        self.say = lambda text: on_progress(f"{events:,} events: {text}")

    def prepare(self) -> None:
        """Simulate, and load all that arrived before the last day, unless it stands."""
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
        self._load(self.warehouse, "create table raw.{} as", "not {}")
        counts = {
            "events": _events(self.warehouse),
            "input_bytes": self.warehouse.stat().st_size,
        }
        self._counts.write_text(json.dumps(counts), encoding="utf-8")

    def counts(self) -> dict[str, int]:
        """The events, and the bytes of all raw tables in the warehouse."""
        return json.loads(self._counts.read_text(encoding="utf-8"))

    def add_day(self, warehouse: Path) -> int:
        """Load what arrived on the last day; how many events."""
        before = _events(warehouse)
        self._load(warehouse, "insert into raw.{}", "{}")
        return _events(warehouse) - before

    def _load(self, warehouse: Path, into: str, condition: str) -> None:
        """Load rows of all raw tables by whether they arrived on the last day."""
        with duckdb.connect(str(warehouse)) as con:
            con.execute("create schema if not exists raw")
            for file in sorted((self.folder / "raw").glob("*.parquet")):
                rows = f"select * from {literal(file)}"
                names = [each[0] for each in con.execute(f"describe {rows}").fetchall()]
                is_new = "false"
                if "loaded_at" in names:
                    is_new = f"coalesce(loaded_at >= timestamp '{LAST_DAY}', true)"
                elif "spend_date" in names:
                    is_new = f"spend_date >= date '{LAST_DAY}'"
                con.execute(
                    f"{into.format(file.stem)} {rows} where {condition.format(is_new)}"
                )

    def copy(self, name: str) -> Path:
        """A copy of the warehouse in a folder of its own."""
        place = self.folder / name / "strata.duckdb"
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(self.warehouse, place)
        return place

    def drop(self, name: str) -> None:
        """Remove a folder of this size."""
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def is_built(self) -> bool:
        """Whether a full build has settled in the warehouse."""
        if not self.warehouse.exists():
            return False
        with duckdb.connect(str(self.warehouse), read_only=True) as con:
            found = con.execute(
                "select 1 from duckdb_tables() where schema_name = 'strata_state'"
                " and table_name = 'models'"
            ).fetchall()
        return bool(found)

    def build(
        self,
        warehouse: Path,
        *arguments: str,
        memory_limit: str | None = None,
        may_fail: bool = False,
    ) -> dict[str, Any]:
        """Run `dbt build`, one model after the other, without tests."""
        if warehouse == self.warehouse:
            self.drop("given")
            self.drop("jobs")
        told = self._dbt(
            warehouse, "build", *WITHOUT_TESTS, *arguments, memory_limit=memory_limit
        )
        if told["failed"] and not may_fail:
            raise StrataError(
                "The benchmark could not build its shop: "
                f"{' '.join(told['failed'][0].split())[:300]}."
            )
        return told

    def split(self, jobs: Iterable[Job]) -> None:
        """Write the queries of the jobs, and of their inputs what is not there yet."""
        self.say("compiling")
        self._dbt(self.warehouse, "compile", "--full-refresh")
        manifest = json.loads((self.folder / "target/manifest.json").read_text())
        nodes = {
            node["relation_name"]: node
            for node in manifest["nodes"].values()
            if node["resource_type"] in ("model", "seed") and node["relation_name"]
        }
        with duckdb.connect(str(self.warehouse), read_only=True) as con:
            con.execute("set preserve_insertion_order = false")
            for job in jobs:
                self.say(f"inputs of {job.label}")
                self._split(con, job, nodes)

    def place(self, job: Job) -> Path:
        """The folder of a job."""
        return self.folder / "jobs" / job.code

    def _split(
        self, con: duckdb.DuckDBPyConnection, job: Job, nodes: dict[str, Node]
    ) -> None:
        steps, given = _chain(job, nodes)
        place = self.place(job)
        for folder in ("given", *(f"made/{engine}" for engine in ENGINES)):
            (place / folder).mkdir(parents=True, exist_ok=True)
        for node in given.values():
            self._export(con, job, node)
        makes = {node["name"]: node["relation_name"] for node in steps}
        plan = {
            "schemas": sorted({n["schema"] for n in (*steps, *given.values())}),
            "given": {n["name"]: relation for relation, n in given.items()},
            "steps": [
                (
                    node["relation_name"],
                    _kind(node, job),
                    node["compiled_code"].strip().rstrip(";"),
                )
                for node in steps
            ],
            "told": {
                name: job.told.get(name, f"select * from {makes[name]}")
                for name in job.makes
            },
        }
        text = json.dumps(plan, indent=1)
        (place / "plan.json").write_text(text, encoding="utf-8")

    def _export(self, con: duckdb.DuckDBPyConnection, job: Job, node: Node) -> None:
        """Write an input of a job; whole tables are shared between the jobs."""
        name = node["name"]
        place = self.place(job) / "given" / f"{name}.parquet"
        shared = self.folder / "given" / f"{name}.parquet"
        condition = job.few.get(name)
        target = place if condition else shared
        target.parent.mkdir(exist_ok=True)
        if not target.exists():
            # What was touched is forgotten by now; a full build touches everything.
            is_passing = "/changes/" in node["original_file_path"]
            source = (
                f"({node['compiled_code']})" if is_passing else node["relation_name"]
            )
            con.execute(
                f"copy (select * from {source} where {condition or 'true'})"
                f" to {literal(target)} (format parquet)"
            )
        if target is shared and not place.exists():
            place.symlink_to(shared.resolve())

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


def _events(warehouse: Path) -> int:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        ((events,),) = con.execute("select count(*) from raw.events").fetchall()
    return int(events)


def _kind(node: Node, job: Job) -> str:
    """Whether a model of a job becomes a table; what it makes always does."""
    is_view = node["config"]["materialized"] == "view" and node["name"] not in job.makes
    return "view" if is_view else "table"


def _chain(job: Job, nodes: dict[str, Node]) -> tuple[list[Node], dict[str, Node]]:
    """The models that a job builds, in order, and what it is given."""
    by_name = {node["name"]: relation for relation, node in nodes.items()}
    steps: dict[str, Node] = {}
    given: dict[str, Node] = {}

    def visit(relation: str) -> None:
        if relation in steps or relation in given:
            return
        node = nodes[relation]
        if not _is_within(node, job):
            given[relation] = node
            return
        for each in RELATION.finditer(COMMENT.sub("", node["compiled_code"])):
            visit(each[0])
        steps[relation] = node

    for name in job.makes:
        visit(by_name[name])
    return list(steps.values()), given


def _is_within(node: Node, job: Job) -> bool:
    folder = node["original_file_path"].removeprefix("models/").rpartition("/")[0]
    return node["name"] in job.within or folder in job.within


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
        last = [line for line in done.stderr.splitlines() if line.strip()][-1:]
        raise StrataError(
            f"The part {task} of the benchmark stopped: {' '.join(last)[-300:]}."
        )
    return json.loads(done.stdout.splitlines()[-1])
