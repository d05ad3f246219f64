"""The input contract: tables, columns and keys, read from the dbt source file."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from strata import StrataError, project

SOURCE_FILE = Path("models/staging/_strata__sources.yml")


@dataclass(frozen=True)
class Column:
    """One column of a raw table."""

    name: str
    data_type: str
    required: bool


@dataclass(frozen=True)
class Table:
    """One raw table; `one_of` are columns of which at least one must be there."""

    name: str
    key: tuple[str, ...]
    one_of: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """All columns, in the order of the contract."""
        return tuple(column.name for column in self.columns)

    def missing(self, present: Iterable[str]) -> list[str]:
        """What a delivery with the columns `present` lacks, as words to print."""
        names = {name.lower() for name in present}
        lacking = [c.name for c in self.columns if c.required and c.name not in names]
        if self.one_of and not names.intersection(self.one_of):
            lacking.append(" or ".join(self.one_of))
        return lacking


def read_contract() -> dict[str, Table]:
    """Every table of the contract by name.

    Raises StrataError if the source file is absent or is not the contract.
    """
    return _read(project.root() / SOURCE_FILE)


@cache
def _read(path: Path) -> dict[str, Table]:
    try:
        source = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"][0]
        tables = [_table(entry) for entry in source["tables"]]
    except (OSError, yaml.YAMLError, KeyError, IndexError, TypeError) as error:
        raise StrataError(
            f"The input contract {project.shown(path)} cannot be read; "
            "restore it from the repository."
        ) from error
    return {table.name: table for table in tables}


def _table(entry: dict[str, Any]) -> Table:
    meta = entry["config"]["meta"]
    return Table(
        name=entry["name"],
        key=tuple(meta["key"]),
        one_of=tuple(meta.get("one_of", ())),
        columns=tuple(_column(column) for column in entry["columns"]),
    )


def _column(entry: dict[str, Any]) -> Column:
    meta = entry.get("config", {}).get("meta", {})
    return Column(entry["name"], entry["data_type"], bool(meta.get("required")))
