"""What the proof knows of the raw tables: their columns, types and times."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from warehouses import ROOT

SQL_TYPES = {
    "text": "varchar",
    "timestamp": "timestamp",
    "date": "date",
    "decimal": "decimal(18, 2)",
    "double": "double",
    "bigint": "bigint",
    "boolean": "boolean",
}


@dataclass(frozen=True)
class RawTable:
    """A raw table: its key, its columns by type, and which of them are times."""

    name: str
    key: tuple[str, ...]
    types: dict[str, str]
    times: tuple[str, ...]

    @property
    def has_arrival(self) -> bool:
        """True if the table says when a row arrived."""
        return "loaded_at" in self.types


@cache
def raw_tables() -> dict[str, RawTable]:
    """The tables of the input contract by name."""
    path = ROOT / "models/staging/_strata__sources.yml"
    (source,) = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
    return {entry["name"]: _table(entry) for entry in source["tables"]}


def _table(entry: dict[str, Any]) -> RawTable:
    """A raw table from its entry in the contract."""
    columns = entry["columns"]
    return RawTable(
        name=entry["name"],
        key=tuple(entry["config"]["meta"]["key"]),
        types={each["name"]: SQL_TYPES[each["data_type"]] for each in columns},
        times=tuple(
            each["name"]
            for each in columns
            if each.get("config", {}).get("meta", {}).get("time")
        ),
    )
