"""Checks of the rules of acquisition and attribution: each fault in one sentence."""

import pytest
from test_check import faults_of, rows

from strata.check import check_rules
from strata.rules import SEEDS


def model(method: str, **more: str) -> dict[str, str]:
    blank = dict.fromkeys(SEEDS["strata__attribution_models"].columns, "")
    return blank | {"model_code": method, "method": method} | more


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (model("linear"), None),
        (model("position", first_share="0.4", last_share="0.6"), None),
        (model("position", first_share="0.4", last_share="0.7"), "no parts of a whole"),
        (model("position", first_share="-0.1", last_share="0.7"), "no parts of"),
        (model("position", first_share="0", last_share="0"), "no parts of a whole"),
        (model("position", first_share="0.4"), "no parts of a whole"),
        (model("time_decay", half_life_days="0.5"), None),
        (model("time_decay", half_life_days="0"), "half_life_days is 0"),
        (model("time_decay"), "half_life_days is blank"),
        (model("last_but", skipped_channel="direct"), None),
        (model("last_but"), "skipped_channel is blank"),
        (model("markov", null_paths="ignored"), None),
        (model("markov", null_paths="some"), "null_paths is some"),
        (model("markov"), "null_paths is blank"),
    ],
)
def test_a_model_of_attribution_has_what_its_method_needs(row, why):
    seeds = {"strata__attribution_models": rows(row)}
    said = [str(fault) for fault in check_rules(seeds)]
    assert len(said) == (why is not None)
    assert all(why in fault for fault in said)


def test_a_method_or_a_kind_of_conversion_must_be_known():
    said = faults_of("strata__attribution_models", model("magic"))
    assert "method is magic" in said[0]
    kind = {"definition_code": "d", "conversion_kind": "visit", "lookback_days": "0"}
    said = faults_of("strata__attribution_definitions", kind)
    assert [fault.split(": ")[1].split(";")[0] for fault in said] == [
        "conversion_kind is visit",
        "lookback_days is 0",
    ]


def test_people_return_within_the_horizon():
    fits = {"horizon_days": "7", "return_days": "7"}
    seeds = {"strata__acquisition_horizons": rows(fits, fits | {"return_days": "8"})}
    said = [str(fault) for fault in check_rules(seeds)]
    assert said == [
        "rules.csv line 3: return_days 8 do not fit into 7 days; ask for a return in "
        "as many days as there are or fewer."
    ]
