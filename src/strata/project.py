"""Where the project, its raw data and its warehouse are."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from strata import StrataError

PROJECT_FILE = "dbt_project.yml"


@dataclass(frozen=True)
class RawNames:
    """How the raw tables are called in the warehouse."""

    schema: str
    identifiers: Mapping[str, str]

    def identifier(self, table: str) -> str:
        """The name in the warehouse of one table of the contract."""
        return self.identifiers.get(table, table)


def root() -> Path:
    """The nearest Strata project above the working folder, else this checkout.

    Raises StrataError where there is none.
    """
    here = Path.cwd()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[2]):
        if _is_strata(folder / PROJECT_FILE):
            return folder
    raise StrataError(
        f"There is no Strata project in or above {here}; "
        "go to the folder that holds its dbt_project.yml and run this again."
    )


def raw_path() -> Path:
    """The folder of raw files: STRATA_RAW_PATH, default data/raw of the project."""
    return root() / os.environ.get("STRATA_RAW_PATH", "data/raw")


def warehouse_path() -> Path:
    """The DuckDB file: STRATA_DUCKDB_PATH, default warehouse/strata.duckdb.

    As dbt runs from the project root, a relative path starts there.
    """
    return root() / os.environ.get("STRATA_DUCKDB_PATH", "warehouse/strata.duckdb")


def variables() -> Mapping[str, Any]:
    """The variables that the project sets."""
    return _read_yaml(root() / PROJECT_FILE).get("vars", {}).get("strata", {})


def raw_names() -> RawNames:
    """The schema and table names that the variables of the project set."""
    settings = variables()
    return RawNames(
        schema=settings.get("strata__raw_schema") or "raw",
        identifiers=settings.get("strata__raw_tables") or {},
    )


def shown(path: Path) -> str:
    """The path as a reader knows it: relative to the working folder if inside."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _is_strata(project_file: Path) -> bool:
    return project_file.is_file() and _read_yaml(project_file).get("name") == "strata"


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise StrataError(
            f"{shown(path)} is not valid YAML ({' '.join(str(error).split())})."
        ) from error
