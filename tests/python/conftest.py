"""Fixtures: the warehouses that several test files share."""

import gc
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from warehouses import EVERYTHING, SHARED, Warehouse

from strata.simulate import simulate

END_DATE = date(2026, 6, 30)


def pytest_unconfigure() -> None:
    """Take back Hypothesis's hook on the garbage collector.

    Left there, it keeps every module alive at exit, and the binding of DuckDB
    reports all its types and functions as leaked.
    """
    gc.callbacks[:] = [
        hook
        for hook in gc.callbacks
        if not getattr(hook, "__module__", "").startswith("hypothesis")
    ]


@pytest.fixture(scope="session")
def new_warehouse(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Warehouse]:
    """Makes an empty warehouse in a folder of its own."""

    def make(name: str) -> Warehouse:
        return Warehouse(tmp_path_factory.mktemp(name) / "strata.duckdb")

    return make


@pytest.fixture(scope="session")
def raw_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Simulated raw tables of 13 months with late, doubled and bad rows."""
    folder = tmp_path_factory.mktemp("raw")
    simulate(
        folder,
        users=900,
        days=400,
        seed=11,
        late_share=0.05,
        duplicate_share=0.02,
        end_date=END_DATE,
        bad_share=0.01,
    )
    return folder


@pytest.fixture(scope="session")
def simulated(raw_folder: Path, new_warehouse: Callable[[str], Warehouse]) -> Warehouse:
    """The simulated raw tables, built with every dbt test."""
    warehouse = new_warehouse("simulated")
    warehouse.load_folder(raw_folder)
    warehouse.build(*EVERYTHING)
    return warehouse


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public data; skips where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"no public data: {SHARED} does not exist (set STRATA_SHARED)")
    return SHARED
