"""The law of the layers, read from dbt's manifest."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from warehouses import ROOT, manifest_file

# What each layer may read, besides itself and the rules.
MAY_READ = {
    "staging": {"source", "seed"},
    "core": {"staging"},
    "features": {"core"},
    "scores": {"features", "core"},
    "tiers": {"features", "scores"},
    "tags": {"features", "scores", "tiers"},
    "audiences": {"tags", "tiers", "scores"},
    "metrics": {"core", "features", "scores", "tiers", "tags", "audiences"},
}
pytestmark = pytest.mark.xdist_group("layers")

CALENDAR_WORDS = r"\b(current_date|current_timestamp|now\(\)|today\(\)|getdate)\b"
TYPE_OF_SUFFIX = {
    r"_at$": "timestamp",
    r"_date$": "date",
    r"_amount(_lifetime|_\d+d)?$": "decimal(18,2)",
    r"_count(_lifetime|_previous_\d+d|_\d+d)?$": "bigint",
    r"_rate(_\d+d)?$": "double",
    r"^(is|has)_": "boolean",
}
# A flag that is a feature is a number, so that rules can compare it.
NUMERIC_FLAGS = {"feat_user_attributes", "feat_user_snapshots"}


@pytest.fixture(scope="session")
def manifest() -> dict[str, Any]:
    """The manifest of the project, parsed without a warehouse and without a warning."""
    return json.loads(manifest_file().read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The models of the manifest."""
    return [
        node for node in manifest["nodes"].values() if node["resource_type"] == "model"
    ]


def layer(node: dict[str, Any]) -> str:
    """The layer of a model, `rules` for the views over rule seeds, else its kind."""
    if node["resource_type"] != "model":
        return str(node["resource_type"])
    folders = Path(node["original_file_path"]).parts
    return "rules" if "rules" in folders else folders[1]


def edges(manifest: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each model with each thing it reads."""
    things = manifest["nodes"] | manifest["sources"]
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            for parent in node["depends_on"]["nodes"]:
                yield node, things[parent]


def test_no_model_reads_to_its_right(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{node['name']} reads {parent['name']}"
        for node, parent in edges(manifest)
        if layer(node) != "rules"
        and layer(parent) not in {layer(node), "rules"} | MAY_READ[layer(node)]
    ]
    assert wrong == []


def test_only_the_views_over_rules_read_seeds(manifest: dict[str, Any]) -> None:
    readers = {
        layer(node)
        for node, parent in edges(manifest)
        if parent["resource_type"] == "seed"
    }
    assert readers == {"rules"}


def test_the_name_of_a_model_tells_its_layer(models: list[dict[str, Any]]) -> None:
    prefixes = {
        "staging": "stg_strata__",
        "rules": "stg_strata__",
        "core": "core_",
        "features": "feat_",
        "scores": "score_",
        "tiers": "tier_",
        "tags": "tag_",
        "audiences": "audience_",
        "metrics": "metric_",
    }
    wrong = [
        node["name"]
        for node in models
        if not node["name"].startswith(prefixes[layer(node)])
    ]
    assert wrong == []


def test_every_model_from_core_on_has_an_enforced_contract(
    models: list[dict[str, Any]],
) -> None:
    bare = [
        node["name"]
        for node in models
        if layer(node) not in ("staging", "rules")
        and not node["config"]["contract"]["enforced"]
    ]
    assert bare == []


def test_every_column_under_contract_is_described(
    models: list[dict[str, Any]],
) -> None:
    silent = [
        f"{node['name']}.{column['name']}"
        for node in models
        if node["config"]["contract"]["enforced"]
        for column in node["columns"].values()
        if len(column["description"]) < 2
    ]
    assert silent == []


def test_the_name_of_a_column_tells_its_type(models: list[dict[str, Any]]) -> None:
    wrong = [
        f"{node['name']}.{name} is {column['data_type']}"
        for node in models
        if node["config"]["contract"]["enforced"]
        for name, column in node["columns"].items()
        for pattern, data_type in TYPE_OF_SUFFIX.items()
        if re.search(pattern, name) and column["data_type"] != data_type
        if not (node["name"] in NUMERIC_FLAGS and name == "has_account")
    ]
    assert wrong == []


def test_the_public_outputs_of_this_stage_are_public(
    models: list[dict[str, Any]],
) -> None:
    public = {node["name"] for node in models if node["access"] == "public"}
    assert public == {
        "core_identity_map",
        "core_identity_changes",
        "core_lateness",
        "core_users",
        "core_sessions",
        "core_orders",
        "core_user_days",
        "feat_user_snapshots",
        "feat_vocabulary",
        "score_user_rfm",
        "tier_user_history",
        "tier_user_current",
        "tier_moves",
        "tier_policy_backtest",
        "tag_user_tags",
        "tag_user_profiles",
        "tag_catalog",
        "metric_acquisition",
        "metric_acquisition_quality",
        "metric_attribution",
        "metric_attribution_channels",
        "metric_activity_daily",
        "metric_lifecycle",
        "metric_retention_cohorts",
        "metric_retention_segments",
        "metric_stickiness",
        "metric_funnel_steps",
        "metric_funnel_times",
        "metric_funnel_users",
        "metric_micro_conversion",
        "metric_repurchase",
        "metric_repurchase_products",
        "metric_order_value_cohorts",
        "metric_activation",
        "metric_referral",
        "metric_referral_value",
        "metric_referral_users",
        "metric_daily_figures",
        "metric_restatements",
        "metric_drivers",
        "metric_path_edges",
        "metric_path_exits",
        "metric_paths",
    }


def test_no_model_reads_a_wall_clock(models: list[dict[str, Any]]) -> None:
    clocks = [
        node["name"]
        for node in models
        if re.search(CALENDAR_WORDS, node["raw_code"], re.IGNORECASE)
    ]
    assert clocks == []


def test_a_table_that_reads_itself_as_it_stood_is_a_log(
    models: list[dict[str, Any]],
) -> None:
    """Of any other the old rows are gone before the new ones are worked out."""
    wrong = [
        node["name"]
        for node in models
        if f"strata__previous('{node['name']}')" in node["raw_code"]
        and not node["config"]["meta"].get("is_log")
    ]
    assert wrong == []


def test_models_hold_no_jinja_statements_but_the_incremental_one(
    models: list[dict[str, Any]],
) -> None:
    wrong = [
        node["name"]
        for node in models
        for statement in re.findall(r"{%(.*?)%}", node["raw_code"], re.DOTALL)
        if "is_incremental()" not in statement and "endif" not in statement
    ]
    assert wrong == []


def test_scores_never_come_from_ntile(models: list[dict[str, Any]]) -> None:
    assert [
        node["name"]
        for node in models
        if re.search(r"(?i)\bntile\s*\(", node["raw_code"])
    ] == []


def test_a_model_fits_on_two_screens(models: list[dict[str, Any]]) -> None:
    long = {
        node["name"]: node["raw_code"].count("\n")
        for node in models
        if node["raw_code"].count("\n") > 140
        and node["name"] != "stg_strata__rejected_rows"
    }
    assert long == {}


def test_engines_are_named_in_one_folder_only() -> None:
    """Dispatch, the type of the target and variants occur in macros/engines alone."""
    wrong = [
        str(path.relative_to(ROOT))
        for folder in ("models", "macros", "tests", "analyses")
        for path in (ROOT / folder).rglob("*.sql")
        if re.search(
            r"adapter\.dispatch|target\.type|\b(duckdb|postgres|spark)__",
            path.read_text("utf-8"),
        )
        and "engines" not in path.parts
    ]
    assert wrong == []


def test_every_macro_is_listed_with_its_arguments(manifest: dict[str, Any]) -> None:
    silent = [
        macro["name"]
        for macro in manifest["macros"].values()
        if macro["package_name"] == "strata"
        and macro["name"].startswith("strata__")
        and not macro["description"]
    ]
    assert silent == []
