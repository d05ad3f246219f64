"""The comparison of warehouses finds what differs, and tells it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from warehouses import Warehouse, manifest_file

from incremental.equality import LEDGER, Table, assert_equal, differences, models

MARTS = [
    Table("strata_core", "core_orders"),
    Table("strata_metrics", "metric_activity_daily"),
]


def warehouse(path: Path, *statements: str) -> Warehouse:
    """A small warehouse of two persons, changed by statements."""
    made = Warehouse(path)
    made.execute(
        "create schema strata_core",
        "create schema strata_metrics",
        "create table strata_core.core_identity_map as from (values"
        " ('user_id', 'one_story:u1', 'k1'), ('user_id', 'other_story:u1', 'k2'))"
        " as t (id_type, id, user_key)",
        "create table strata_core.core_orders as from (values"
        " ('o1', 'one_story:o', 'k1', 10.00), ('o2', 'other_story:o', 'k2', 20.00))"
        " as t (order_key, order_id, user_key, net_amount)",
        "create view strata_metrics.metric_activity_daily as from (values"
        " (date '2026-06-20', 2::bigint), (date '2026-06-20', 2::bigint))"
        " as t (date, dau)",
        *statements,
    )
    return made


@pytest.fixture
def compare(tmp_path: Path) -> Callable[..., str]:
    """What is told of a warehouse against one changed by statements."""

    def told(*statements: str) -> str:
        folder = tmp_path / str(len([*tmp_path.iterdir()]))
        folder.mkdir()
        left = warehouse(folder / "left.duckdb")
        right = warehouse(folder / "right.duckdb", *statements)
        try:
            assert_equal(left, right, "incremental", "full", MARTS)
        except AssertionError as error:
            return str(error)
        return ""

    return told


def test_equal_warehouses_in_another_order_are_equal(compare) -> None:
    orders = "strata_core.core_orders"
    assert (
        compare(
            f"create table more as from {orders} order by order_key desc",
            f"delete from {orders}",
            f"insert into {orders} from more",
        )
        == ""
    )


def test_a_changed_value_is_told_with_its_scenario(compare) -> None:
    told = compare(
        "update strata_core.core_orders set net_amount = 7 where user_key='k2'"
    )
    assert "1 tables differ: core_orders (1 + 1)" in told
    assert "scenarios: other_story (2)" in told
    assert "[other_story] order_id=other_story:o, order_key=o2, user_key=k2:" in told
    assert "net_amount incremental Decimal('20.00'), full Decimal('7.00')" in told


def test_a_missing_and_a_surplus_row_are_told(compare) -> None:
    told = compare("delete from strata_core.core_orders where user_key = 'k1'")
    assert "[one_story] only incremental: " in told
    told = compare("insert into strata_core.core_orders values ('o3', 'x', 'k2', 1)")
    assert "[other_story] only full: " in told


def test_a_row_that_is_there_once_too_often_is_told(compare) -> None:
    told = compare("insert into strata_core.core_orders from strata_core.core_orders")
    assert "core_orders (0 + 2)" in told


def test_a_figure_of_all_scenarios_is_told(compare) -> None:
    told = compare(
        "create or replace view strata_metrics.metric_activity_daily as"
        " select date '2026-06-20' as date, 2::bigint as dau"
    )
    assert "metric_activity_daily (1 + 0)" in told
    assert "all scenarios together" in told


def test_null_is_equal_to_null_and_to_nothing_else(compare) -> None:
    told = compare("update strata_core.core_orders set order_id = null")
    assert "core_orders (2 + 2)" in told


def test_another_type_of_a_column_is_told(compare) -> None:
    told = compare("alter table strata_core.core_orders alter net_amount type double")
    assert "column=net_amount: type incremental 'DECIMAL(4,2)', full 'DOUBLE'" in told


def test_a_table_that_is_missing_is_told(compare) -> None:
    assert "core_orders" in compare("drop table strata_core.core_orders")


def test_a_table_that_nobody_has_is_an_error(tmp_path: Path) -> None:
    left = warehouse(tmp_path / "left.duckdb")
    right = warehouse(tmp_path / "right.duckdb")
    with pytest.raises(AssertionError, match="neither warehouse has"):
        differences(left, right, [Table("strata_core", "core_nothing")])


def test_the_models_to_compare_come_from_the_manifest(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    nodes = [
        ("models/core/core_users.sql", "table", "model"),
        ("models/core/core_user_days.sql", "incremental", "model"),
        ("models/core/core_owned_events.sql", "view", "model"),
        ("models/metrics/metric_public_view.sql", "view", "model"),
        ("models/core/changes/core_touched_users.sql", "table", "model"),
        ("models/staging/changes/stg_strata__changed_rows.sql", "incremental", "model"),
        ("models/staging/changes/stg_strata__arrivals.sql", "table", "model"),
        ("models/staging/rules/stg_strata__tiers.sql", "view", "model"),
        ("models/metrics/restatements/metric_restatements.sql", "incremental", "model"),
        ("models/core/core_nothing.sql", "ephemeral", "model"),
        ("seeds/rules/strata__tiers.csv", "seed", "seed"),
    ]
    entries = {
        path: {
            "name": Path(path).stem,
            "alias": Path(path).stem,
            "schema": "s",
            "original_file_path": path,
            "resource_type": kind,
            "config": {"materialized": made},
            "access": "public" if "public" in path else "protected",
        }
        for path, made, kind in nodes
    }
    manifest.write_text(json.dumps({"nodes": entries}), encoding="utf-8")
    assert [table.name for table in models(manifest)] == [
        "core_user_days",
        "core_users",
        "metric_public_view",
        "stg_strata__arrivals",
        "stg_strata__tiers",
    ]


def test_no_public_model_but_the_ledger_is_left_out() -> None:
    nodes = json.loads(manifest_file().read_text("utf-8"))["nodes"].values()
    made = {node["name"]: node for node in nodes if node["resource_type"] == "model"}
    compared = {table.name for table in models()}
    public = {name for name, node in made.items() if node["access"] == "public"}
    assert public - compared <= {LEDGER}
    stored = {
        name
        for name, node in made.items()
        if node["config"]["materialized"] != "view" and "touched" not in name
    }
    assert len(compared & stored) > 0.8 * len(stored)
