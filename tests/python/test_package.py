"""Strata as a package of another project: `examples/consumer`, built in a copy."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt.cli.main import dbtRunner
from incremental.equality import differences, models
from warehouses import ROOT, WITHOUT_TESTS, WITHOUT_UNIT_TESTS, Warehouse

from strata.simulate import simulate

pytestmark = [pytest.mark.xdist_group("package"), pytest.mark.proof]

CONSUMER = "examples/consumer"
NAMES = {"events": "clicks", "orders": "sales", "users": "customers"}
PACKAGE = ("dbt_project.yml", "models", "macros", "seeds", "tests", "analyses")
SEEDS = ("programs", "tiers", "tier_rules", "tags", "tag_rules")
# What dbt makes of a project, which belongs to nobody else.
MADE = ("dbt_packages", "package-lock.yml", "target", "logs", ".user.yml", "*.duckdb*")
LAST_DAYS = "loaded_at >= timestamp '2026-05-29'"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with Strata installed from two folders above."""
    repository = tmp_path_factory.mktemp("package")
    for name in PACKAGE:
        (repository / name).symlink_to(ROOT / name)
    project = repository / CONSUMER
    shutil.copytree(ROOT / CONSUMER, project, ignore=shutil.ignore_patterns(*MADE))
    places = (f"--project-dir={project}", f"--log-path={project / 'logs'}")
    result = dbtRunner().invoke(["--quiet", "deps", *places])
    assert result.success, result.exception
    return project


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Raw tables of five months under the names of the shop, without a build."""
    folder = tmp_path_factory.mktemp("landed")
    simulate(folder, users=60, days=150, seed=5, end_date=date(2026, 5, 31))
    warehouse = Warehouse(folder / "consumer.duckdb")
    warehouse.execute(
        "create schema landing",
        *(
            f"create table landing.{NAMES.get(file.stem, file.stem)} as from '{file}'"
            for file in sorted(folder.glob("*.parquet"))
        ),
    )
    return warehouse


@pytest.fixture(scope="module")
def built(
    shop: Path, landed: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    """The shop without its last days, with all data tests; no warning is let pass."""
    folder = tmp_path_factory.mktemp("built")
    warehouse = landed.copy(Warehouse(folder / "consumer.duckdb"))
    warehouse.execute(
        *(f"delete from {table} where {LAST_DAYS}" for table in dated(warehouse))
    )
    warehouse.build("--warn-error", *WITHOUT_UNIT_TESTS, project=shop)
    return warehouse


@pytest.fixture(scope="module")
def manifest(shop: Path, built: Warehouse) -> dict[str, Any]:
    """What dbt knows of the two projects."""
    return json.loads((shop / "target/manifest.json").read_text(encoding="utf-8"))


def reading_settings(manifest: dict[str, Any]) -> set[str]:
    """Models with unit tests whose SQL depends on a variable, be it by a macro."""
    macros = manifest["macros"]
    setting = re.compile(r"\bvar\('strata__")

    def reads(sql: str, depends_on: dict[str, list[str]]) -> bool:
        return bool(setting.search(sql)) or any(
            reads(macros[each]["macro_sql"], macros[each]["depends_on"])
            for each in depends_on["macros"]
            if macros[each]["package_name"] == "strata"
        )

    tested = (
        manifest["nodes"][f"model.strata.{test['model']}"]
        for test in manifest["unit_tests"].values()
    )
    found = {
        node["name"] for node in tested if reads(node["raw_code"], node["depends_on"])
    }
    assert {"core_user_days", "metric_active_periods", "metric_lifecycle"} <= found
    return found


def dated(warehouse: Warehouse) -> list[str]:
    """The raw tables that say when a row arrived."""
    return [
        f"landing.{table}"
        for (table,) in warehouse.rows(
            "select table_name from duckdb_columns()"
            " where schema_name = 'landing' and column_name = 'loaded_at'"
        )
    ]


@contextmanager
def changed(file: Path, text: str) -> Iterator[None]:
    """A file with another text, for a while."""
    before = file.read_text(encoding="utf-8") if file.exists() else None
    file.write_text(text, encoding="utf-8")
    yield
    if before is None:
        file.unlink()
    else:
        file.write_text(before, encoding="utf-8")


def test_the_example_holds_no_data_and_no_address(shop: Path) -> None:
    made = {"dbt_packages", "logs", "target", "package-lock.yml", ".user.yml"}
    files = [
        path
        for path in shop.rglob("*")
        if path.is_file() and not made & set(path.relative_to(shop).parts)
    ]
    assert {path.suffix for path in files} == {".csv", ".md", ".sql", ".yml"}
    for path in files:
        assert "://" not in path.read_text(encoding="utf-8"), path
        assert len(path.read_bytes()) < 4096, path


def test_own_rules_have_the_columns_and_types_of_strata() -> None:
    def types(file: str) -> dict[str, dict[str, str]]:
        entries = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))["seeds"]
        return {each["name"]: each["config"]["column_types"] for each in entries}

    theirs = types("seeds/rules/_rules.yml")
    ours = types(f"{CONSUMER}/seeds/_seeds.yml")
    assert ours == {f"club_{name}": theirs[f"strata__{name}"] for name in SEEDS}


def test_the_inputs_of_unit_tests_name_the_project() -> None:
    # Else dbt finds two where the project that installs Strata has a namesake.
    nameless = [
        line.strip()
        for file in (ROOT / "models").rglob("*__unit_tests.yml")
        for line in file.read_text(encoding="utf-8").splitlines()
        if "input: ref(" in line and "ref('strata', '" not in line
    ]
    assert nameless == []


def test_strata_reads_of_the_shop_nothing_but_rules(manifest: dict[str, Any]) -> None:
    nodes = manifest["nodes"] | manifest["unit_tests"]
    read = {
        parent
        for node in nodes.values()
        if node["package_name"] == "strata"
        for parent in node["depends_on"].get("nodes", [])
        if parent.split(".")[1] != "strata"
    }
    assert read == {f"seed.shop.club_{name}" for name in SEEDS}


def test_a_model_of_the_same_name_changes_nothing(built: Warehouse) -> None:
    assert built.rows("select sold_date, sale_count from shop.core_orders")
    ours = "select order_id from shop_core.core_orders"
    assert built.rows(f"{ours} except select order_id from landing.sales") == []
    assert built.value(f"select count(*) from ({ours})") > 10


def test_the_tiers_and_tags_are_those_of_the_shop(built: Warehouse) -> None:
    standing = dict(
        built.rows(
            "select tier_code, count(*) from shop_tiers.tier_user_current"
            " where program_code = 'club' group by 1"
        )
    )
    assert set(standing) == {"inner", "guest", "none"}
    assert built.value("select count(*) from shop.club_members") == (
        standing["inner"] + standing["guest"]
    )
    programs = built.rows("select distinct program_code from shop_tiers.tier_moves")
    assert programs == [("club",)]
    tags = built.rows(
        "select distinct tag_code from shop_tags.tag_user_tags order by 1"
    )
    assert tags == [("club_guest",), ("inner_circle",), ("window_shopper",)]


def test_strata_remembers_its_own_models_only(built: Warehouse) -> None:
    foreign = built.rows(
        "select name from shop_state.models"
        " where split_part(name, '.', 2) != 'strata' order by 1"
    )
    assert foreign == [(f"seed.shop.club_{name}",) for name in sorted(SEEDS)]


def test_the_unit_tests_that_the_shop_could_break_hold_in_it(
    manifest: dict[str, Any], shop: Path, built: Warehouse
) -> None:
    """Those beside its namesakes, and those of models that read a setting."""
    found = {"core_orders+1", "core_as_of_dates", *reading_settings(manifest)}
    chosen = [f"{each},package:strata,test_type:unit" for each in sorted(found)]
    outcome = built.dbt("test", "--warn-error", "--select", *chosen, project=shop)
    assert outcome.success, outcome.failed or outcome.messages[-5:]


def test_a_part_of_the_shop_is_built_without_strata_and_its_raw_tables(
    shop: Path, built: Warehouse, tmp_path: Path
) -> None:
    part = built.copy(Warehouse(tmp_path / "part.duckdb"))
    part.execute("drop table landing.clicks", "drop table landing.sales")
    before = part.rows("from shop_state.models order by all")
    part.build("--select", "club_members", project=shop)
    assert part.rows("from shop_state.models order by all") == before


def test_days_added_beside_a_broken_model_of_the_shop_equal_a_full_build(
    shop: Path, landed: Warehouse, built: Warehouse, tmp_path: Path
) -> None:
    full = landed.copy(Warehouse(tmp_path / "full.duckdb"))
    full.build(project=shop)
    again = built.copy(Warehouse(tmp_path / "again.duckdb"))
    with duckdb.connect(str(again.path)) as con:
        con.execute(f"attach '{landed.path}' as landed (read_only)")
        for table in dated(landed):
            con.execute(
                f"insert into {table} by name from landed.{table} where {LAST_DAYS}"
            )
    with changed(shop / "models/broken.sql", "select * from nowhere.nothing"):
        outcome = again.dbt("build", *WITHOUT_TESTS, project=shop)
    assert [name.partition(":")[0] for name in outcome.failed] == ["broken"]
    assert differences(full, again, models(shop / "target/manifest.json")) == []


def test_what_is_not_public_cannot_be_read(shop: Path, built: Warehouse) -> None:
    peek = "select * from {{ ref('strata', 'core_events') }}"
    with changed(shop / "models/peek.sql", peek):
        outcome = built.dbt("parse", project=shop)
    assert not outcome.success
    assert "the referenced node is protected" in " ".join(outcome.messages[-1].split())


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        pytest.param(
            "  require_ref_searches_node_package_before_root: true\n",
            "",
            r'would read the model "core_orders" of shop \(models/core_orders\.sql\)'
            r" instead of Strata's own\. Set require_ref_searches_node_package_before_"
            r"root: true under flags in dbt_project\.yml, or rename yours",
            id="a namesake",
        ),
        pytest.param(
            "\nseeds:\n",
            "\nmodels:\n  +materialized: view\n\nseeds:\n",
            r"shop makes \w+ view with the strategy touched, and then no build"
            r" continues it\. Under models in dbt_project\.yml put what is meant for"
            r' your own models under "shop:"\.',
            id="a configuration for all",
        ),
    ],
)
def test_a_project_that_would_change_strata_is_told(
    shop: Path, built: Warehouse, written: str, instead: str, sentence: str
) -> None:
    settings = (shop / "dbt_project.yml").read_text(encoding="utf-8")
    assert settings.count(written) == 1
    with changed(shop / "dbt_project.yml", settings.replace(written, instead)):
        outcome = built.dbt("build", *WITHOUT_TESTS, project=shop)
    assert not outcome.success
    said = " ".join(" ".join(outcome.messages).split())
    assert re.search(sentence, said), said[-2000:]
