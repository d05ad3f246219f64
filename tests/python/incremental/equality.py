"""Two warehouses compared model by model and row by row, and what differs told."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
from warehouses import Warehouse, manifest_file

from incremental.story import MARK

# Append-only memory of what was published, on purpose.
LEDGER = "metric_restatements"
# What one build does to continue another: it says what changed since, and is emptied
# or meaningless afterwards. The counts of arrivals beside it are of the raw rows.
CHANGES, ARRIVALS = "changes", "stg_strata__arrivals"
SHOWN_ROWS = 6
SHOWN_TABLES = 8
IDENTIFIES = re.compile(
    r"_key$|_id$|^id$|_date$|^date$|_code$|^period|_number$|^column$"
)
EVERYBODY = "all scenarios together"
Values = tuple[Any, ...]


def _any(_: str) -> bool:
    """Every column counts."""
    return True


@dataclass(frozen=True, order=True)
class Table:
    """A table or view of the warehouse that a model makes."""

    schema: str
    name: str

    def __str__(self) -> str:
        """The name with its schema."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Difference:
    """What two warehouses say of one table where they disagree."""

    table: Table
    columns: tuple[str, ...]
    only_left: tuple[Values, ...]
    only_right: tuple[Values, ...]


def models(manifest: Path | None = None) -> list[Table]:
    """Every model that must be equal however it was built, from dbt's manifest."""
    path = manifest or manifest_file()
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"].values()
    return sorted(
        Table(node["schema"], node["alias"])
        for node in nodes
        if node["resource_type"] == "model" and not _is_step(node)
    )


def _is_step(node: dict[str, Any]) -> bool:
    """True for a step of a build: a log of changes, the ledger, a view on the way.

    A view outside the rules holds nothing; it shows what the next model takes up,
    unless it is public.
    """
    folders = Path(node["original_file_path"]).parts
    if node["config"]["materialized"] in ("view", "ephemeral"):
        return "rules" not in folders and node["access"] != "public"
    return node["name"] == LEDGER or (CHANGES in folders and node["name"] != ARRIVALS)


@contextmanager
def both(left: Warehouse, right: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads two warehouses."""
    with duckdb.connect() as con:
        for name, warehouse in (("lft", left), ("rgt", right)):
            con.execute(f"attach '{warehouse.path}' as {name} (read_only)")
        yield con


def differences(
    left: Warehouse,
    right: Warehouse,
    tables: Sequence[Table] | None = None,
    counts: Callable[[str], bool] = _any,
) -> list[Difference]:
    """The tables that differ as multisets of rows, by the columns that count."""
    found = []
    with both(left, right) as con:
        for table in tables or models():
            difference = _difference(con, table, counts)
            if difference:
                found.append(difference)
    return found


def _difference(
    con: duckdb.DuckDBPyConnection, table: Table, counts: Callable[[str], bool]
) -> Difference | None:
    """What differs in one table."""
    columns = {side: _columns(con, side, table) for side in ("lft", "rgt")}
    if columns["lft"] != columns["rgt"]:
        return Difference(
            table,
            ("column", "type"),
            tuple(sorted(columns["lft"] - columns["rgt"])),
            tuple(sorted(columns["rgt"] - columns["lft"])),
        )
    assert columns["lft"], f"neither warehouse has {table}"
    names = tuple(name for name, _ in sorted(columns["lft"]) if counts(name))
    chosen = ", ".join(f'"{name}"' for name in names) or "1"

    def only(one: str, other: str) -> tuple[Values, ...]:
        return tuple(
            con.execute(
                f"select {chosen} from {one}.{table}"
                f" except all select {chosen} from {other}.{table}"
            ).fetchall()
        )

    only_left, only_right = only("lft", "rgt"), only("rgt", "lft")
    if only_left or only_right:
        return Difference(table, names, only_left, only_right)
    return None


def _columns(
    con: duckdb.DuckDBPyConnection, side: str, table: Table
) -> set[tuple[str, str]]:
    """The columns of a table with their types; none where it does not exist."""
    return set(
        con.execute(
            "select column_name, data_type from duckdb_columns()"
            " where database_name = ? and schema_name = ? and table_name = ?",
            [side, table.schema, table.name],
        ).fetchall()
    )


class Telling:
    """Tells differences so that a person sees which scenario they come from."""

    def __init__(self, left: Warehouse, right: Warehouse) -> None:
        """Read from two warehouses who is who."""
        self.warehouses = (left, right)

    @cached_property
    def scenario_of_key(self) -> dict[str, str]:
        """The scenario of each person and order."""
        found = {}
        for warehouse in self.warehouses:
            for key, name in self._named(warehouse):
                if name and MARK in name:
                    found[key] = name.partition(MARK)[0]
        return found

    @staticmethod
    def _named(warehouse: Warehouse) -> Iterator[Values]:
        """The keys of persons and orders with the ids they come from."""
        for table, key, name in (
            ("core_identity_map", "user_key", "id"),
            ("core_orders", "order_key", "order_id"),
        ):
            if warehouse.rows(
                "select 1 from duckdb_tables() where table_name = ?", table
            ):
                yield from warehouse.rows(
                    f"select {key}, {name} from strata_core.{table}"
                )

    def scenario(self, row: Iterable[Any]) -> str:
        """The scenario that a row of a mart belongs to, if it is of one."""
        texts = [value for value in row if isinstance(value, str)]
        for text in texts:
            if text in self.scenario_of_key:
                return self.scenario_of_key[text]
        for text in texts:
            named = re.search(rf"([a-z]\w*){MARK}[\w@]", text)
            if named:
                return named[1]
        return EVERYBODY

    def scenarios(self, difference: Difference) -> Counter[str]:
        """How many rows of a difference each scenario has."""
        rows = (*difference.only_left, *difference.only_right)
        return Counter(self.scenario(row) for row in rows)

    def tell(self, found: Sequence[Difference], here: str, there: str) -> str:
        """All differences in words; nothing if there are none."""
        if not found:
            return ""
        names = sum((self.scenarios(each) for each in found), Counter[str]())
        lines = [
            f"{len(found)} tables differ: "
            + ", ".join(
                f"{each.table.name} ({len(each.only_left)} + {len(each.only_right)})"
                for each in found
            ),
            "scenarios: " + ", ".join(f"{name} ({n})" for name, n in names.items()),
        ]
        for each in found[:SHOWN_TABLES]:
            lines += ["", f"{each.table}", *self._lines(each, here, there)]
        return "\n".join(lines)

    def _lines(self, found: Difference, here: str, there: str) -> Iterator[str]:
        """The rows of one difference; of a changed row, what changed."""
        left, right = [*found.only_left], [*found.only_right]
        shown = 0
        for row in found.only_left:
            partner = max(right, key=lambda other: _alike(row, other), default=None)
            if shown >= SHOWN_ROWS or partner is None or _alike(row, partner) < 0.5:
                continue
            left.remove(row)
            right.remove(partner)
            shown += 1
            yield (
                f"  [{self.scenario(row)}] {_identity(found.columns, row)}: "
                + ", ".join(
                    f"{name} {here} {mine!r}, {there} {theirs!r}"
                    for name, mine, theirs in zip(
                        found.columns, row, partner, strict=True
                    )
                    if mine != theirs
                )
            )
        for side, rows in ((here, left), (there, right)):
            for row in rows[: SHOWN_ROWS - shown or 1]:
                values = zip(found.columns, row, strict=True)
                said = {name: value for name, value in values if value is not None}
                yield f"  [{self.scenario(row)}] only {side}: {_plain(said)}"
        rest = max(len(found.only_left), len(found.only_right)) - SHOWN_ROWS
        if rest > 0:
            yield f"  and {rest} more"


def _alike(row: Values, other: Values) -> float:
    """The share of columns in which two rows agree."""
    return sum(a == b for a, b in zip(row, other, strict=True)) / len(row)


def _identity(columns: Sequence[str], row: Values) -> str:
    """The columns that say which row it is."""
    named = zip(columns, row, strict=True)
    return _plain({name: value for name, value in named if IDENTIFIES.search(name)})


def _plain(values: Mapping[str, Any]) -> str:
    """Columns and values as text."""
    return ", ".join(f"{name}={value}" for name, value in values.items())


def assert_equal(
    left: Warehouse,
    right: Warehouse,
    here: str = "here",
    there: str = "there",
    tables: Sequence[Table] | None = None,
    counts: Callable[[str], bool] = _any,
) -> None:
    """Fail with all differences in words if two warehouses differ in any model."""
    found = differences(left, right, tables, counts)
    said = Telling(left, right).tell(found, here, there)
    assert not found, said
