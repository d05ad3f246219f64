"""Tags, held against an oracle in plain Python."""

import pytest
from oracles.marts import TAGS, Mart
from oracles.spine import Spine, spine_of
from oracles.tags import judge, stability
from warehouses import Warehouse

pytestmark = pytest.mark.xdist_group("simulated")

RULE = {"feature_code": "days", "operator": "gte", "low": 3} | {
    "high": None,
    "text_value": None,
}


@pytest.fixture(scope="module")
def spine(simulated: Warehouse) -> Spine:
    """The spine of the simulated warehouse by the oracles."""
    return spine_of(simulated)


@pytest.mark.parametrize("mart", TAGS, ids=lambda mart: mart.table.split(".")[1])
def test_tags_hold_what_the_rules_say(spine: Spine, mart: Mart) -> None:
    said = mart.differences(spine)
    assert not said, said


def test_each_verdict_is_one_of_three() -> None:
    assert [judge({1: [RULE]}, {"days": days}) for days in (2, 3, None)] == [
        (None, False),
        (1, False),
        (None, True),
    ]


def test_one_condition_that_fails_decides_whatever_is_unknown() -> None:
    other = RULE | {"feature_code": "orders"}
    assert judge({1: [RULE, other]}, {"days": 2, "orders": None}) == (None, False)
    assert judge({1: [RULE, other]}, {"days": 3, "orders": None}) == (None, True)
    assert judge({1: [RULE], 2: [other]}, {"days": 3, "orders": None}) == (1, False)


def test_the_profile_has_a_column_for_every_group_and_family(spine: Spine) -> None:
    (columns,) = spine.records("strata_tags.tag_user_profiles limit 1")
    groups = {f"group_{tag['exclusive_group']}" for tag in spine.rules.tags}
    families = {f"family_{tag['family']}" for tag in spine.rules.tags}
    named = {name for name in columns if name.partition("_")[0] in ("group", "family")}
    assert named == (groups - {"group_None"}) | families


def test_drift_is_0_where_nothing_moved_and_finite_where_all_did() -> None:
    assert stability([0.2, 0.1, 0.7], [0.2, 0.1, 0.7], 0.0001) == 0
    assert round(stability([1.0, 0.0, 0.0], [0.0, 0.0, 1.0], 0.0001), 3) == 18.419


def test_the_simulated_shop_gives_most_tags_to_somebody(spine: Spine) -> None:
    given = {code for each in spine.portraits.values() for code in each.given}
    assert len(given) >= 0.9 * len(spine.rules.tags)
