"""Raw tables as deliveries fill them, in memory and in a warehouse."""

from collections.abc import Iterable, Sequence
from itertools import count
from random import Random
from typing import Any

import duckdb
from warehouses import Warehouse

from incremental.contract import raw_tables
from incremental.story import (
    DELIVERIES,
    IS_ID,
    MARK,
    Arrival,
    AsBefore,
    AsIs,
    Change,
    Correction,
    Removal,
    Row,
    Scenario,
    loaded_at,
    looks_back,
)

Raw = dict[str, list[Row]]


def arranged(scenarios: Iterable[Scenario]) -> list[list[Change]]:
    """The deliveries of all scenarios side by side, each with its own ids."""
    batches: list[list[Change]] = [[] for _ in range(DELIVERIES)]
    days_later = count(1)
    for scenario in scenarios:
        assert len(scenario.deliveries) <= DELIVERIES, scenario.name
        days = next(days_later) if looks_back(scenario) else 0
        for number, delivery in enumerate(scenario.deliveries):
            batches[number] += (
                _placed(each, scenario.name, number, days) for each in delivery
            )
    return batches


def _placed(change: Change, name: str, number: int, days_later: int) -> Change:
    """A change with the ids of its scenario and the time of its arrival."""
    match change:
        case Removal(table, match):
            return Removal(table, _named(match, name))
        case Correction(table, match, changes):
            return Correction(table, _named(match, name), _named(changes, name))
        case Arrival(table, row):
            complete = {"loaded_at": AsBefore(number), **row}
            when = complete["loaded_at"]
            if not raw_tables()[table].has_arrival:
                del complete["loaded_at"]
            elif isinstance(when, AsBefore):
                complete["loaded_at"] = loaded_at(table, row, when.delivery, days_later)
            return Arrival(table, _named(complete, name))


def _named(row: Row, name: str) -> Row:
    """The row with the name of the scenario before each of its ids."""
    return {
        column: f"{name}{MARK}{value}"
        if IS_ID.search(column) and value is not None and not isinstance(value, AsIs)
        else value
        for column, value in row.items()
    }


def agrees(row: Row, match: Row) -> bool:
    """True if a row has all values of a match."""
    return all(row.get(name) == value for name, value in match.items())


def applied(raw: Raw, batch: Sequence[Change]) -> Raw:
    """The raw tables after a delivery: first what goes and changes, then arrivals."""
    after = {table: [*rows] for table, rows in raw.items()}
    for change in batch:
        match change:
            case Removal(table, match):
                kept = [row for row in after[table] if not agrees(row, match)]
                assert len(kept) < len(after[table]), f"nothing to delete: {match}"
                after[table] = kept
            case Correction(table, match, changes):
                assert any(agrees(row, match) for row in after[table]), match
                after[table] = [
                    {**row, **changes} if agrees(row, match) else row
                    for row in after[table]
                ]
    for change in batch:
        if isinstance(change, Arrival):
            after.setdefault(change.table, []).append(change.row)
    return after


def after_each(batches: Sequence[Sequence[Change]]) -> list[Raw]:
    """The raw tables after each delivery."""
    raw: Raw = {}
    states = []
    for batch in batches:
        raw = applied(raw, batch)
        states.append(raw)
    return states


def shuffled(raw: Raw, seed: int) -> Raw:
    """The same rows in another physical order."""
    draw = Random(seed)
    return {table: draw.sample(rows, len(rows)) for table, rows in raw.items()}


def deliver(
    warehouse: Warehouse, batch: Sequence[Change], seed: int | None = None
) -> None:
    """Bring a delivery into the raw tables; a table appears with its first row.

    With a seed the arrivals come in another order than they are written.
    """
    arrivals: Raw = {}
    for change in batch:
        if isinstance(change, Arrival):
            arrivals.setdefault(change.table, []).append(change.row)
    if seed is not None:
        arrivals = shuffled(arrivals, seed)
    with duckdb.connect(str(warehouse.path)) as con:
        con.execute("create schema if not exists raw")
        for change in batch:
            _alter(con, change)
        for table, rows in arrivals.items():
            _append(con, table, rows)


def _alter(con: duckdb.DuckDBPyConnection, change: Change) -> None:
    """Delete or change rows of a raw table in place."""
    match change:
        case Removal(table, match):
            con.execute(f"delete from raw.{table} where {_where(match)}", [*_of(match)])
        case Correction(table, match, changes):
            sets = ", ".join(f"{name} = ?" for name in changes)
            con.execute(
                f"update raw.{table} set {sets} where {_where(match)}",
                [*_of(changes), *_of(match)],
            )


def _of(row: Row) -> Iterable[Any]:
    """The values of a row."""
    return row.values()


def _where(match: Row) -> str:
    """A condition on the given columns."""
    return " and ".join(f"{name} is not distinct from ?" for name in match)


def _append(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Append rows to a raw table."""
    types = raw_tables()[table].types
    columns = ", ".join(f"{name} {data_type}" for name, data_type in types.items())
    con.execute(f"create table if not exists raw.{table} ({columns})")
    if not rows:
        return
    con.begin()
    con.executemany(
        f"insert into raw.{table} values ({', '.join('?' for _ in types)})",
        [[row.get(name) for name in types] for row in rows],
    )
    con.commit()


def load(warehouse: Warehouse, raw: Raw, seed: int | None = None) -> None:
    """Bring all raw rows into an empty warehouse at once."""
    everything = [Arrival(table, row) for table, rows in raw.items() for row in rows]
    deliver(warehouse, everything, seed)
    with duckdb.connect(str(warehouse.path)) as con:
        for table, rows in raw.items():
            if not rows:  # a table that lost its last row is there and empty
                _append(con, table, [])
