"""Faults of the funnels, each in one sentence."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
import yaml
from warehouses import ROOT

from strata.check import check_seed
from strata.check_funnels import check_funnels
from strata.rules import SEEDS, Row, Seed

COMMON = {
    "label_en": "e",
    "label_zh": "z",
    "valid_from": "1900-01-01",
    "valid_to": "9999-12-31",
    "rationale": "r",
}
FUNNEL = COMMON | {
    "funnel_code": "f",
    "order_mode": "ordered",
    "window_seconds": "60",
    "ties": "in_order",
    "simultaneous_seconds": "0",
    "event_use": "once",
    "entry": "every",
    "unit": "user",
    "breakdown_attribution": "first_touch",
    "breakdown_step": "1",
    "breakdown_limit": "25",
    "minimum_users": "30",
}
STEP = COMMON | {
    "funnel_code": "f",
    "role": "step",
    "step_number": "1",
    "rule_group": "1",
    "event_name": "a",
    "occurrence": "every",
}
EXCLUSION = STEP | {
    "role": "exclusion",
    "from_step": "1",
    "to_step": "2",
    "exclusion_scope": "attempt",
}


def faults(funnel: Mapping[str, str], *steps: Mapping[str, str]) -> list[str]:
    """The faults of one funnel, as sentences."""
    seeds = {
        "strata__funnels": [Row("funnels.csv", 2, funnel)],
        "strata__funnel_steps": [
            Row("steps.csv", line, step) for line, step in enumerate(steps, 2)
        ],
        "strata__event_types": [
            Row("types.csv", 2, {"event_name": "a", "event_type": "typed"})
        ],
    }
    return [str(fault) for fault in check_funnels(seeds)]


@pytest.mark.parametrize(
    ("seed", "row"), [("strata__funnels", FUNNEL), ("strata__funnel_steps", STEP)]
)
def test_a_good_row_has_the_shape_it_must_have(seed, row):
    shape = SEEDS[seed]
    columns = (*shape.columns, *COMMON)
    assert check_seed(Seed("f.csv", columns, (Row("f.csv", 2, row),)), shape) == []


def test_a_good_funnel_has_no_fault():
    second = STEP | {"step_number": "2"}
    assert faults(FUNNEL, STEP, second, EXCLUSION) == []


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"unit": "property"}, "unit_property is blank"),
        ({"unit_property": "account"}, "unit is user and unit_property is account"),
        ({"window_seconds": "999999999"}, "longer than ten years"),
        ({"ties": "refused", "simultaneous_seconds": "2"}, "ties are refused"),
        ({"order_mode": "any", "ties": "refused"}, "ties are refused in any order"),
        (
            {"order_mode": "any", "simultaneous_seconds": "2"},
            "simultaneous_seconds is 2 in any order",
        ),
        ({"cell_dimension": "page"}, "cell_dimension is page"),
        (
            {
                "order_mode": "any",
                "breakdown_property": "colour",
                "breakdown_attribution": "step",
                "breakdown_step": "2",
            },
            "breakdown_step is 2 in any order",
        ),
    ],
)
def test_settings_that_do_not_go_together_are_a_fault(changed, why):
    (fault,) = faults(FUNNEL | changed, STEP)
    assert why in fault


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"property": "colour"}, "operator is blank"),
        ({"property": "colour", "operator": "like"}, "operator is like"),
        ({"property": "n", "operator": "gt", "property_value": "x"}, "gt compares"),
        ({"step_number": "2"}, "not numbered from 1 without a gap"),
        ({"funnel_code": "g"}, "the funnel g does not exist"),
    ],
)
def test_a_step_that_cannot_be_evaluated_is_a_fault(changed, why):
    assert any(why in fault for fault in faults(FUNNEL, STEP | changed))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"to_step": "1"}, "from step 1 to step 1"),
        ({"from_step": ""}, "from step (blank)"),
        ({"exclusion_scope": ""}, "exclusion_scope is blank"),
    ],
)
def test_an_exclusion_stands_between_two_steps(changed, why):
    (fault,) = faults(FUNNEL, STEP, EXCLUSION | changed)
    assert why in fault


def test_a_funnel_has_steps_and_not_too_many():
    assert any("has no steps" in fault for fault in faults(FUNNEL))
    steps = [STEP | {"step_number": str(number)} for number in range(1, 12)]
    assert any("f has 11 steps" in fault for fault in faults(FUNNEL, *steps))


@pytest.mark.parametrize("name", ["a", "", "typed"])
def test_a_step_may_be_early_only_if_no_event_serves_two(name):
    early = FUNNEL | {"simultaneous_seconds": "2"}
    second = STEP | {"step_number": "2", "event_name": name}
    (fault,) = faults(early, STEP, second)
    assert "the steps 1 and 2 ask for the same event" in fault
    for changed in ({"event_use": "again"}, {"simultaneous_seconds": "0"}):
        assert faults(early | changed, STEP, second) == []
    assert faults(early, STEP, second | {"event_name": "b"}) == []


def test_the_last_plausible_moment_has_a_place_in_a_funnel():
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    last = datetime.fromisoformat(project["vars"]["strata"]["strata__plausible_until"])
    moment = (last - datetime(2020, 1, 1)) // timedelta(microseconds=1)
    assert (moment + 1) * 4096 < 2**63
