"""Adding deliveries to raw tables, idempotent by row.

The rule: **a row of a delivery is added unless an equal row was already in the
table before this load.** Equal means every contract column equal, null like null.
So loading a file twice changes nothing, a new version of a key is appended (the
staging layer keeps the versions apart), and equal rows within one delivery, which
are deliveries made twice, all stay on their first load for staging to count.

Types follow the delivery. Where a later delivery brings another type for a column,
the stored column is widened so that nothing is lost: to a larger number where both
are whole numbers or decimals, else to text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from strata import StrataError
from strata.contract import Table
from strata.warehouse import Connection, quoted, table_columns

WHOLE_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
DIGITS = {"TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19}
DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
MOST_DIGITS = 38
NESTED = ("STRUCT", "MAP", "UNION", "VARIANT")
TEXT_LIKE = ("ENUM", "UUID", "BLOB", "JSON", "BIT")


class Report(Protocol):
    """Where a load says what it does."""

    def progress(self, text: str) -> None:
        """What is happening now; the next one replaces it."""

    def note(self, text: str) -> None:
        """What the reader should know afterwards."""


@dataclass(frozen=True)
class Delivery:
    """Rows for one table of the contract: a query, and the file they come from."""

    table: str
    query: str
    origin: str


@dataclass(frozen=True)
class Loaded:
    """How many rows of one table a load read and added."""

    table: str
    read: int
    added: int


@dataclass(frozen=True)
class Shape:
    """A delivery against the contract: expression and type by contract column."""

    expressions: Mapping[str, str]
    types: Mapping[str, str]
    ignored: tuple[str, ...]

    def select(self, query: str) -> str:
        """The delivery in contract columns and storable types."""
        columns = [f"{e} as {quoted(c)}" for c, e in self.expressions.items()]
        return f"select {', '.join(columns)} from ({query}) as delivery"


def shape_of(con: Connection, delivery: Delivery, table: Table) -> Shape:
    """Match the columns of a delivery with the contract, whatever their case.

    Raises StrataError if a required column is missing.
    """
    described = con.execute(f"describe {delivery.query}").fetchall()
    given = {name.strip().lower(): (name, kind) for name, kind, *_ in described}
    missing = table.missing(given)
    if missing:
        raise StrataError(_missing_sentence(delivery, missing, list(given)))
    stored = {
        column: _storable(*given[column])
        for column in table.column_names
        if column in given
    }
    return Shape(
        expressions={column: expression for column, (expression, _) in stored.items()},
        types={column: kind for column, (_, kind) in stored.items()},
        ignored=tuple(name for name in given if name not in table.column_names),
    )


def add(con: Connection, target: tuple[str, str], query: str, shape: Shape) -> Loaded:
    """Add the rows of one delivery to the table `target` (schema, name).

    The first load is a plain `create table as`; a later one adds what is not there.
    """
    schema, name = target
    relation = f"{quoted(schema)}.{quoted(name)}"
    stored = table_columns(con, schema, name)
    if stored and _count(con, f"select count(*) from {relation}") == 0:
        con.execute(f"drop table {relation}")
        stored = {}
    if not stored:
        con.execute(f"create schema if not exists {quoted(schema)}")
        rows = _count(con, f"create table {relation} as {shape.select(query)}")
        return Loaded(name, rows, rows)
    types = _reconcile(con, relation, stored, shape.types)
    con.execute(f"create temp table delivered as {_aligned(query, shape, types)}")
    read = _count(con, "select count(*) from delivered")
    same = " and ".join(
        f"delivered.{quoted(c)} is not distinct from stored.{quoted(c)}" for c in types
    )
    added = _count(
        con,
        f"insert into {relation} by name "
        f"select delivered.* from delivered anti join {relation} as stored on {same}",
    )
    con.execute("drop table delivered")
    return Loaded(name, read, added)


def common_type(stored: str, given: str) -> str:
    """The narrowest type that holds both columns without loss; text if in doubt."""
    if stored == given:
        return stored
    if stored in WHOLE_NUMBERS and given in WHOLE_NUMBERS:
        return max(stored, given, key=WHOLE_NUMBERS.index)
    sizes = [_decimal_size(stored), _decimal_size(given)]
    if None not in sizes:
        whole = max(size[0] for size in sizes)
        scale = max(size[1] for size in sizes)
        if whole + scale <= MOST_DIGITS:
            return f"DECIMAL({whole + scale},{scale})"
    return "VARCHAR"


def _decimal_size(kind: str) -> tuple[int, int] | None:
    """Digits before and after the point; None for what is no exact number."""
    if kind in DIGITS:
        return DIGITS[kind], 0
    found = DECIMAL.fullmatch(kind)
    return (int(found[1]) - int(found[2]), int(found[2])) if found else None


def _storable(name: str, kind: str) -> tuple[str, str]:
    """The expression and type by which a delivered column is stored.

    Times lose their zone (they become UTC) and nested values become JSON text, so
    that no later reading depends on the setting of a session.
    """
    column = quoted(name)
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {column})", "TIMESTAMP"
    if kind.startswith("TIMESTAMP_"):
        return f"cast({column} as timestamp)", "TIMESTAMP"
    if kind.startswith(NESTED) or kind.endswith("]"):
        return f"cast(to_json({column}) as varchar)", "VARCHAR"
    if kind.startswith(TEXT_LIKE):
        return f"cast({column} as varchar)", "VARCHAR"
    return column, kind


def _reconcile(
    con: Connection, relation: str, stored: dict[str, str], given: Mapping[str, str]
) -> dict[str, str]:
    """Widen and add columns of the stored table; its column types afterwards."""
    types = dict(stored)
    for column, kind in given.items():
        if column not in stored:
            con.execute(f"alter table {relation} add column {quoted(column)} {kind}")
            types[column] = kind
            continue
        types[column] = common_type(stored[column], kind)
        if types[column] != stored[column]:
            con.execute(
                f"alter table {relation} alter column {quoted(column)} "
                f"set data type {types[column]}"
            )
    return types


def _aligned(query: str, shape: Shape, types: Mapping[str, str]) -> str:
    """The delivery with every column of the stored table, in its types."""
    columns = [
        f"cast({shape.expressions.get(c, 'null')} as {kind}) as {quoted(c)}"
        for c, kind in types.items()
    ]
    return f"select {', '.join(columns)} from ({query}) as delivery"


def _count(con: Connection, statement: str) -> int:
    row = con.execute(statement).fetchone()
    return int(row[0]) if row else 0


def _missing_sentence(delivery: Delivery, missing: list[str], given: list[str]) -> str:
    columns = "column" if len(missing) == 1 else "columns"
    return (
        f"{delivery.origin} lacks the required {columns} {', '.join(missing)} of the "
        f"table {delivery.table} (it has {', '.join(given)}); add what is missing or "
        "rename it, then load again: nothing was loaded."
    )
