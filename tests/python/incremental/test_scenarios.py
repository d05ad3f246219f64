"""Every scenario of SCENARIOS.md: incremental builds equal full ones, row for row."""

import re
from collections.abc import Callable

import pytest
from warehouses import WITHOUT_TESTS, WITHOUT_UNIT_TESTS, Warehouse

from incremental.conftest import Proof
from incremental.deliveries import arranged, deliver
from incremental.equality import (
    EVERYBODY,
    Telling,
    assert_equal,
    differences,
    models,
)
from incremental.scenarios import DOCUMENT, SCENARIOS, document
from incremental.story import DELIVERIES, IS_ID

NUMBERS = range(1, DELIVERIES + 1)
REJECTED = "stg_strata__rejected_rows"


@pytest.mark.parametrize("number", NUMBERS)
def test_after_every_delivery_every_model_equals_a_full_build(
    proof: Proof, number: int
) -> None:
    full = proof.full[number - 1]
    assert_equal(proof.incremental[number - 1], full, "incremental", "full")


def test_a_build_without_news_changes_nothing(
    proof: Proof, new_warehouse: Callable[[str], Warehouse]
) -> None:
    still = proof.incremental[-1].copy(new_warehouse("still"))
    still.build()
    outcome = still.dbt("build", *WITHOUT_TESTS)
    assert outcome.success, outcome.failed
    views = [line for line in outcome.messages if "OK created sql view" in line]
    assert views
    assert [line for line in views if "KEPT" not in line] == []
    assert_equal(still, proof.full[-1], "built again", "full")


def test_the_dbt_tests_hold_in_a_warehouse_that_went_on(
    proof: Proof, new_warehouse: Callable[[str], Warehouse]
) -> None:
    still = proof.incremental[-1].copy(new_warehouse("tested"))
    outcome = still.dbt("test", *WITHOUT_UNIT_TESTS)
    assert outcome.success, outcome.failed


PLANTED = {
    "strata_core.core_events": "page = 'planted'",
    "strata_core.core_sessions": "exit_page = 'planted'",
    "strata_core.core_orders": "business_line = 'planted'",
    "strata_core.core_user_days": "event_count = 4711",
    "strata_core.core_users": "city = 'planted'",
    "strata_features.feat_user_snapshots": "city = 'planted'",
    "strata_tiers.tier_user_history": "reason = 'planted'",
}


def test_what_has_no_news_is_not_built_again(
    proof: Proof, new_warehouse: Callable[[str], Warehouse]
) -> None:
    """Else the builds compared here would all be full ones.

    What is planted in the rows of scenarios without news outlasts a build, but for
    a few that share a day of arrival with a row that changed.
    """
    planted = proof.incremental[1].copy(new_warehouse("planted"))
    quiet = {
        scenario.name for scenario in SCENARIOS if not any(scenario.deliveries[2:3])
    }
    planted.execute(
        *(f"update {table} set {plant}" for table, plant in PLANTED.items())
    )
    deliver(planted, arranged(SCENARIOS)[2])
    planted.build()
    whose = Telling(planted, planted).scenario_of_key
    for table, plant in PLANTED.items():
        rows = planted.rows(f"select user_key, coalesce({plant}, false) from {table}")
        kept = [is_kept for key, is_kept in rows if whose.get(key) in quiet]
        assert sum(kept) > 0.6 * len(kept) > 0, (table, sum(kept), len(kept))


@pytest.mark.parametrize("number", [2, 3])
def test_a_delivery_tells_something_new(proof: Proof, number: int) -> None:
    """Else a scenario could pass whatever a model does.

    A delivery that is meant to change nothing must leave all but the rejected rows.
    With the later deliveries the last day moves, and something changes for everybody;
    scores compare people, and so do some programs of tiers, and tags read them: one
    person's news may be another one's.
    """
    before, after = proof.full[number - 2], proof.full[number - 1]
    tables = [
        table
        for table in models()
        if table.name != REJECTED
        and not table.name.startswith(("score_", "tier_", "tag_"))
    ]
    tell = Telling(before, after)
    moved = {
        name
        for each in differences(before, after, tables)
        for name in tell.scenarios(each)
    }
    assert moved - {EVERYBODY} == {
        scenario.name
        for scenario in SCENARIOS
        if any(scenario.deliveries[number - 1 : number])
        and number not in scenario.silent
    }


def test_the_document_tells_the_scenarios_of_the_code() -> None:
    said = DOCUMENT.read_text(encoding="utf-8")
    names = re.findall(r"^\| \d+ \| `(\w+)` \|", said, re.MULTILINE)
    assert names == [scenario.name for scenario in SCENARIOS]
    assert said == document(), (
        "SCENARIOS.md is not what the scenarios say; write it anew with"
        " PYTHONPATH=src:tests/python python -m incremental.scenarios"
    )


def test_names_of_scenarios_are_unique_and_there_are_many() -> None:
    names = [scenario.name for scenario in SCENARIOS]
    assert len(set(names)) == len(names) >= 36


def test_scenarios_share_no_id() -> None:
    """Each id carries the name of its scenario, but for the junk that all share."""
    junk = {"null", "undefined", "0"}
    names = {scenario.name for scenario in SCENARIOS}
    for batch in arranged(SCENARIOS):
        for change in batch:
            for values in (vars(change).get(part, {}) for part in ("row", "match")):
                for column, value in values.items():
                    if IS_ID.search(column) and value is not None and value not in junk:
                        assert value.partition(":")[0] in names
