"""The same raw rows give the same public tables on Spark as on DuckDB."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from parity import Tables, differences, public_tables, simulate_shop
from sparks import (
    WITHOUT_SEEDS_AND_TESTS,
    SparkWarehouse,
    missing,
    running_session,
)
from warehouses import Warehouse

pytestmark = [
    pytest.mark.spark,
    pytest.mark.xdist_group("spark"),
    pytest.mark.skipif(bool(missing()), reason=missing()),
]


@dataclass(frozen=True)
class Pair:
    """The public tables of one input on DuckDB and on Spark."""

    on_duckdb: Tables
    on_spark: Tables


@pytest.fixture(scope="session")
def session() -> Iterator[SparkWarehouse]:
    """An empty warehouse with the rules in it."""
    with running_session() as warehouse:
        yield warehouse


@pytest.fixture(scope="session")
def pair(
    session: SparkWarehouse,
    new_warehouse: Callable[[str], Warehouse],
    tmp_path_factory: pytest.TempPathFactory,
) -> Pair:
    """A simulated shop with late, doubled and bad rows."""
    folder = tmp_path_factory.mktemp("raw")
    simulate_shop(folder)
    warehouse = new_warehouse("duckdb")
    warehouse.load_folder(folder)
    warehouse.build()
    session.take_raw(warehouse)
    session.build()
    return Pair(public_tables(warehouse), public_tables(session, quote="`"))


def test_every_public_table_has_rows_to_compare(pair: Pair) -> None:
    # A backtest needs two versions of a program, a restatement two builds.
    assert {name for name, rows in pair.on_duckdb.items() if not rows} <= {
        "metric_restatements",
        "tier_policy_backtest",
    }


def test_a_build_gives_the_same_rows(pair: Pair) -> None:
    assert differences(pair.on_duckdb, pair.on_spark) == []


@pytest.mark.proof
def test_every_data_test_passes(pair: Pair, session: SparkWarehouse) -> None:
    outcome = session.dbt("test", "--exclude-resource-type", "unit_test")
    assert outcome.success, outcome.failed or outcome.messages[-5:]


@pytest.mark.proof
def test_the_unit_tests_pass(pair: Pair, session: SparkWarehouse) -> None:
    outcome = session.dbt("test", "--select", "test_type:unit")
    assert outcome.success, outcome.failed or outcome.messages[-5:]


def test_a_second_build_takes_the_place_of_the_first(
    pair: Pair, session: SparkWarehouse
) -> None:
    """What stands is neither read nor added to."""
    session.build(
        "--select",
        "core_identity_map core_events core_user_days tier_user_history",
        *WITHOUT_SEEDS_AND_TESTS,
    )
    found = public_tables(session, quote="`")
    assert differences(pair.on_spark, found) == []
