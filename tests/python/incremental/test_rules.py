"""A rule that is edited counts for all history, also when new rows come with it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from warehouses import ROOT, Warehouse

from incremental.conftest import Proof
from incremental.deliveries import load
from incremental.equality import assert_equal, differences

pytestmark = [pytest.mark.xdist_group("rules"), pytest.mark.proof]

PROJECT = ("dbt_project.yml", "profiles.yml", "selectors.yml")
FOLDERS = ("models", "macros", "seeds", "tests/generic", "tests/invariants")
# Of each rule file a line, before and after: what reads it lies in another layer.
EDITS = {
    "strata__channels": (",(none),direct,false,", ",(none),typed_in,false,"),
    "strata__platforms": ("web,1800,86400,2,", "web,2700,86400,3,"),
    "strata__exchange_rates": ("EUR,1.08", "EUR,1.25"),
    "strata__tier_rules": (
        "silver,enter,1,net_amount_365d,gte,120",
        "silver,enter,1,net_amount_365d,gte,70",
    ),
}


# Two at a time, in different layers; each must be seen where it counts.
TOGETHER = {
    ("strata__channels", "strata__exchange_rates"): {"core_sessions", "core_orders"},
    ("strata__platforms", "strata__tier_rules"): {
        "core_sessions",
        "tier_user_history",
    },
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project."""
    folder = tmp_path_factory.mktemp("project")
    for name in PROJECT:
        shutil.copy(ROOT / name, folder / name)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture(params=TOGETHER, ids=" and ".join)
def edited(
    request: pytest.FixtureRequest, project: Path
) -> Iterator[tuple[Path, set[str]]]:
    """The project with two rules edited for a while, and the tables they change."""
    with ExitStack() as stack:
        for seed in request.param:
            path = project / f"seeds/rules/{seed}.csv"
            before, after = EDITS[seed]
            text = path.read_text(encoding="utf-8")
            assert text.count(before) == 1
            path.write_text(text.replace(before, after), encoding="utf-8")
            stack.callback(path.write_text, text, encoding="utf-8")
        yield project, TOGETHER[request.param]


def test_an_edited_rule_counts_for_old_and_new_rows(
    edited: tuple[Path, set[str]],
    behind: Warehouse,
    proof: Proof,
    new_warehouse: Callable[[str], Warehouse],
) -> None:
    project, touched = edited
    behind.build(project=project)
    full = new_warehouse("full")
    load(full, proof.raw[1])
    full.build(project=project)
    assert_equal(behind, full, "edited on the way", "edited from the start")
    changed = {each.table.name for each in differences(full, proof.full[1])}
    assert touched <= changed
