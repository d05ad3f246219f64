"""The raw tables by the input contract: what is kept, and why the rest is not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from warehouses import ROOT, Warehouse

from oracles.rules import Rule, is_valid

Row = dict[str, Any]

CONTRACT = Path("models/staging/_strata__sources.yml")
PLAUSIBLE_FROM = datetime(1990, 1, 1)
PLAUSIBLE_UNTIL = datetime(2091, 1, 1)
# Before everything: when a row arrived of which nothing tells.
NEVER = datetime.min
CLOCK_SKEW = timedelta(hours=24)
REPORTING_CURRENCY = "USD"
LOWER_CASED = frozenset(
    {
        "platform",
        "utm_source",
        "utm_medium",
        "referrer",
        "status",
        "gender",
        "id_type_1",
        "id_type_2",
    }
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: the reason and the column at fault."""

    reason_code: str
    column_name: str | None


SUPERSEDED = Fault("superseded", None)


@dataclass(frozen=True)
class Column:
    """A column of the contract with its demands."""

    name: str
    is_required: bool
    is_time: bool
    accepted: frozenset[str] | None
    minimum: int | None
    has_rate_at: str | None


@dataclass(frozen=True)
class Table:
    """A raw table of the contract."""

    name: str
    key: tuple[str, ...]
    keep: str
    one_of: tuple[str, ...]
    columns: tuple[Column, ...]


@dataclass
class Delivered:
    """The rows of one raw table: kept, or refused with their faults."""

    read: int = 0
    kept: list[Row] = field(default_factory=list)
    faulty: list[tuple[Row, list[Fault]]] = field(default_factory=list)
    superseded: list[Row] = field(default_factory=list)


def read_contract() -> list[Table]:
    """The tables of the input contract."""
    text = (ROOT / CONTRACT).read_text(encoding="utf-8")
    (source,) = yaml.safe_load(text)["sources"]
    return [_table(entry) for entry in source["tables"]]


def _table(entry: Mapping[str, Any]) -> Table:
    """A table of the contract from its entry."""
    meta = entry["config"]["meta"]
    return Table(
        name=entry["name"],
        key=tuple(meta["key"]),
        keep=meta["keep"],
        one_of=tuple(meta.get("one_of", ())),
        columns=tuple(_column(each) for each in entry["columns"]),
    )


def _column(entry: Mapping[str, Any]) -> Column:
    """A column of the contract from its entry."""
    meta = entry.get("config", {}).get("meta", {})
    accepted = meta.get("accepted")
    return Column(
        name=entry["name"],
        is_required=meta.get("required", False),
        is_time=meta.get("time", False),
        accepted=None if accepted is None else frozenset(accepted),
        minimum=meta.get("minimum"),
        has_rate_at=meta.get("has_rate_at"),
    )


def rate_at(rates: Sequence[Rule], currency: str | None, day: date) -> Decimal | None:
    """Units of the reporting currency for one of a currency; None if unknown."""
    if currency in (None, REPORTING_CURRENCY):
        return Decimal(1)
    found = [
        rate["rate"]
        for rate in rates
        if rate["currency"] == currency and is_valid(rate, day)
    ]
    return found[0] if found else None


def _clean(name: str, value: Any) -> Any:
    """A value as staging types it: text trimmed, blank text null."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    return (text.lower() if name in LOWER_CASED else text) or None


def _as_time(value: Any) -> datetime:
    """A date or time as a time."""
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day)


def _missing(table: Table, column: Column) -> Fault:
    """The fault of a required column without a value."""
    if column.name in table.key and not column.is_time:
        return Fault("missing_key", column.name)
    return Fault("missing_time" if column.is_time else "missing_value", column.name)


def _is_implausible(value: Any, loaded_at: datetime | None) -> bool:
    """True for a time out of the plausible range or long after its arrival."""
    moment = _as_time(value)
    if not PLAUSIBLE_FROM <= moment < PLAUSIBLE_UNTIL:
        return True
    return loaded_at is not None and moment > loaded_at + CLOCK_SKEW


def _fault(
    table: Table, column: Column, row: Row, rates: Sequence[Rule]
) -> Fault | None:
    """The fault of one column of a row, if any."""
    value = row[column.name]
    if value is None:
        return _missing(table, column) if column.is_required else None
    if column.is_time and _is_implausible(value, row.get("loaded_at")):
        return Fault("time_out_of_range", column.name)
    if column.minimum is not None and value < column.minimum:
        return Fault("out_of_range", column.name)
    if column.accepted is not None and value not in column.accepted:
        return Fault("unknown_value", column.name)
    moment = row[column.has_rate_at] if column.has_rate_at else None
    if moment is not None and rate_at(rates, value, moment.date()) is None:
        return Fault("no_exchange_rate", column.name)
    return None


def _faults(table: Table, row: Row, rates: Sequence[Rule]) -> list[Fault]:
    """Everything that is wrong with a row."""
    found = [_fault(table, column, row, rates) for column in table.columns]
    if table.one_of and all(row[name] is None for name in table.one_of):
        found.append(Fault("missing_key", " or ".join(table.one_of)))
    return [fault for fault in found if fault is not None]


def _arrived(table: Table, row: Row) -> datetime:
    """When a row arrived; where the source does not say, when it happened."""
    if row.get("loaded_at") is not None:
        moment: datetime = row["loaded_at"]
        return moment
    times = [row[c.name] for c in table.columns if c.is_time and row[c.name]]
    return _as_time(times[0]) if times else NEVER


def _choose(keep: str, rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Split the valid deliveries of one key into those that stay and the rest."""
    ordered = sorted(rows, key=lambda row: row["loaded_at"])
    if keep == "first":
        return ordered[:1], ordered[1:]
    if keep == "last":
        return ordered[-1:], ordered[:-1]
    versions: dict[datetime, Row] = {}
    rest = []
    for row in ordered:
        if row["loaded_at"] in versions:
            rest.append(row)
        versions.setdefault(row["loaded_at"], row)
    return [*versions.values()], rest


def deliver(table: Table, rows: Iterable[Row], rates: Sequence[Rule]) -> Delivered:
    """Apply the contract to the rows of one raw table."""
    found = Delivered()
    valid: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for raw in rows:
        found.read += 1
        row = {c.name: _clean(c.name, raw.get(c.name)) for c in table.columns}
        faults = _faults(table, row, rates)
        if faults:
            found.faulty.append((row, faults))
            continue
        row["loaded_at"] = _arrived(table, row)
        valid[tuple(row[name] for name in table.key)].append(row)
    for deliveries in valid.values():
        kept, rest = _choose(table.keep, deliveries)
        found.kept.extend(kept)
        found.superseded.extend(rest)
    if not any(column.is_time for column in table.columns):
        for row in (*found.kept, *found.superseded):
            row["loaded_at"] = None if row["loaded_at"] == NEVER else row["loaded_at"]
    return found


def read_raw(warehouse: Warehouse, rates: Sequence[Rule]) -> dict[str, Delivered]:
    """Every raw table of the contract; an absent one is empty."""
    present = {
        name
        for (name,) in warehouse.rows(
            "select table_name from information_schema.tables"
            " where table_schema = 'raw'"
        )
    }
    return {
        table.name: deliver(
            table,
            warehouse.records(f"from raw.{table.name}")
            if table.name in present
            else [],
            rates,
        )
        for table in read_contract()
    }
