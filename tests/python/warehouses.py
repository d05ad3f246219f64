"""Warehouses that the tests build once and share, and how they are read."""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.deprecations import reset_deprecations

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("STRATA_SHARED", ROOT.parent / "shared"))

# Unit tests do not depend on the data: one warehouse runs them for all.
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "test")
EVERYTHING = ("--full-refresh",)

# The columns that end a rule: its names, from when until when it holds, and why.
ALWAYS = "'', '', date '1900-01-01', date '9999-12-31', ''"

# dbt parses a project anew when the path of the warehouse changes, so every warehouse
# of this process is built at one place, and its target is shared.
PLACE = Path(tempfile.mkdtemp(prefix="strata-")) / "warehouse"
TARGET = PLACE.parent / "target"
# The variables that dbt reads while it parses; all others it reads as it runs, and
# they leave the parsed project as it is.
READ_BY_PARSING = ("strata__raw_schema", "strata__raw_tables", "strata__rule_seeds")


@dataclass(frozen=True)
class Outcome:
    """What a dbt run did: whether it succeeded, and what it said."""

    success: bool
    messages: tuple[str, ...]
    failed: tuple[str, ...]
    result: Any = None


def run_dbt(
    command: str,
    *arguments: str,
    target: Path,
    variables: Mapping[str, Any] | None = None,
    project: Path = ROOT,
    manifest: Manifest | None = None,
) -> Outcome:
    """Run dbt in this process on what the profile names; `target` keeps its output.

    With the manifest of a project that was parsed before it is not parsed again.
    """
    said: list[str] = []
    runner = dbtRunner(manifest, [lambda event: said.append(event.info.msg)])
    result = runner.invoke(
        [
            "--log-level=none",
            "--log-level-file=none",
            f"--log-path={TARGET.parent / 'logs'}",
            "--no-write-json" if manifest else "--write-json",
            command,
            f"--project-dir={project}",
            f"--profiles-dir={project}",
            f"--target-path={target}",
            f"--vars={json.dumps(dict(variables or {}))}",
            *arguments,
        ]
    )
    reset_deprecations()  # else the next run of this process is warned of them, too
    results: Sequence[Any] = getattr(result.result, "results", None) or []
    bad = tuple(
        f"{each.node.name}: {each.status}: {each.message}"
        for each in results
        if str(each.status) not in ("success", "pass", "no-op", "warn")
    )
    if result.exception:
        said.append(str(result.exception))
    return Outcome(bool(result.success), tuple(said), bad, result.result)


_parsed: dict[str, Manifest] = {}


def parsed(variables: Mapping[str, Any] | None = None) -> Manifest:
    """The project as dbt knows it, parsed once in this process, without a warning."""
    read = {k: v for k, v in (variables or {}).items() if k in READ_BY_PARSING}
    key = json.dumps(read, sort_keys=True)
    if key not in _parsed:
        os.environ["STRATA_DUCKDB_PATH"] = str(PLACE / "strata.duckdb")
        outcome = run_dbt(
            "parse",
            "--no-partial-parse",
            "--warn-error",
            target=TARGET if not read else TARGET.with_name(f"target-{len(_parsed)}"),
            variables=read,
        )
        assert outcome.success, outcome.messages[-5:]
        _parsed[key] = outcome.result
    return _parsed[key]


def manifest_file() -> Path:
    """What dbt wrote of the project when it parsed it."""
    parsed()
    return TARGET / "manifest.json"


@dataclass(frozen=True)
class Warehouse:
    """A DuckDB file in its own folder."""

    path: Path

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of a query, as tuples."""
        with duckdb.connect(str(self.path), read_only=True) as con:
            return con.execute(query, list(parameters)).fetchall()

    def records(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query, as dictionaries by column name."""
        with duckdb.connect(str(self.path), read_only=True) as con:
            result = con.execute(query)
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def value(self, query: str, *parameters: Any) -> Any:
        """The one value of a query."""
        ((only,),) = self.rows(query, *parameters)
        return only

    def execute(self, *statements: str) -> None:
        """Run statements that write."""
        with duckdb.connect(str(self.path)) as con:
            for statement in statements:
                con.execute(statement)

    def load_folder(self, folder: Path) -> None:
        """Put every Parquet file of a folder into the raw schema as it is."""
        self.execute(
            "create schema if not exists raw",
            *(
                f"create or replace table raw.{file.stem} as from '{file}'"
                for file in sorted(folder.glob("*.parquet"))
            ),
        )

    def copy(self, other: "Warehouse") -> "Warehouse":
        """Another warehouse with the same contents, which it returns."""
        shutil.copyfile(self.path, other.path)
        return other

    def dbt(
        self,
        command: str,
        *arguments: str,
        variables: Mapping[str, Any] | None = None,
        project: Path = ROOT,
    ) -> Outcome:
        """Run dbt in this process on this warehouse."""
        manifest = parsed(variables) if project == ROOT else None
        PLACE.unlink(missing_ok=True)
        PLACE.symlink_to(self.path.parent)
        os.environ["STRATA_DUCKDB_PATH"] = str(PLACE / self.path.name)
        outcome = run_dbt(
            command,
            *arguments,
            target=TARGET if project == ROOT else project / "target",
            variables=variables,
            project=project,
            manifest=manifest,
        )
        DuckDBConnectionManager.close_all_connections()
        return outcome

    def seed(self) -> None:
        """Bring the rules as they are shipped, which dbt loads once in this process."""
        shipped = Warehouse(TARGET / "seeds" / "strata.duckdb")
        if not shipped.path.exists():
            shipped.path.parent.mkdir(parents=True)
            outcome = shipped.dbt("seed")
            assert outcome.success, outcome.failed or outcome.messages[-5:]
        tables = shipped.rows(
            "select table_name from duckdb_tables() where schema_name = 'strata_rules'"
        )
        self.execute(
            f"attach '{shipped.path}' as shipped (read_only)",
            "create schema if not exists strata_rules",
            *(
                f"create or replace table strata_rules.{table} as"
                f" from shipped.strata_rules.{table}"
                for (table,) in tables
            ),
        )

    def build(
        self,
        *arguments: str,
        variables: Mapping[str, Any] | None = None,
        project: Path = ROOT,
    ) -> None:
        """Run `dbt build`, by default without any test; fails loudly."""
        outcome = self.dbt(
            "build",
            *(arguments or WITHOUT_TESTS),
            variables=variables,
            project=project,
        )
        assert outcome.success, outcome.failed or outcome.messages[-5:]
