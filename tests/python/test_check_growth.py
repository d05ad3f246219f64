"""Rules of repurchase, activation and referral that cannot be meant are refused."""

import pytest

from strata.check import check_rules
from strata.check_growth import (
    brackets_follow,
    check_growth,
    confident,
    later_days,
    names_free,
    windows,
)
from strata.rules import Row


def rows(*values: dict[str, str]) -> list[Row]:
    """Rows of one file, from line 2."""
    return [Row("rules.csv", number, each) for number, each in enumerate(values, 2)]


@pytest.mark.parametrize(
    ("confidence", "is_good"),
    [
        ("0.5", True),
        ("0.95", True),
        ("0.9999", True),
        ("0.49", False),
        ("1", False),
        ("95", False),
        ("", False),
    ],
)
def test_a_confidence_is_a_share_below_one(confidence, is_good):
    found = [*confident(rows({"confidence": confidence}))]
    assert (found == []) == is_good


def test_a_confidence_that_is_no_share_is_one_sentence():
    (fault,) = map(str, confident(rows({"confidence": "95"})))
    assert fault == (
        "rules.csv line 2: confidence is 95; write a share from 0.5 to 0.9999, as 0.95."
    )


def test_later_days_begin_when_the_first_days_are_over():
    week = rows(
        {"behaviour_code": "early", "within_days": "3"},
        {"behaviour_code": "late", "within_days": "7"},
    )
    assert [*later_days(rows({"from_day": "7", "to_day": "7"}), week)] == []
    (fault,) = map(str, later_days(rows({"from_day": "6", "to_day": "9"}), week))
    assert "day 6 is still one of the first days of the behaviour late" in fault
    (fault,) = map(str, later_days(rows({"from_day": "9", "to_day": "8"}), week))
    assert "to_day 8 is before from_day 9" in fault


def test_invitations_have_one_window_to_accept_and_one_to_return():
    good = [
        {"window_code": "accept", "days": "30"},
        {"window_code": "value", "days": "30"},
        {"window_code": "value", "days": "90"},
        {"window_code": "return", "days": "7"},
    ]
    assert [*windows(rows(*good))] == []
    assert [*windows(None)] == []
    (fault,) = map(str, windows(rows(*good, {"window_code": "accept", "days": "7"})))
    assert "line 6: 2 rows hold the window accept; keep exactly one" in fault
    (fault,) = map(str, windows(rows(*good[:3])))
    assert "0 rows hold the window return" in fault
    (fault,) = map(str, windows(rows(good[0], good[3])))
    assert "no row holds the window value" in fault


def test_the_check_of_the_rules_asks_for_these_too():
    seeds = {"strata__repurchase_definitions": rows({"confidence": "2"})}
    assert check_rules(seeds) == check_growth(seeds) != []


def brackets(*parts: tuple[str, str, str], kind: str = "bracket", periods: str = "1"):
    """The faults of a definition with some brackets."""
    names = ("bracket_number", "from_period", "to_period")
    told = [
        {"definition_code": "a"} | dict(zip(names, part, strict=True)) for part in parts
    ]
    definition = {"definition_code": "a", "kind": kind, "periods": periods}
    return [str(each) for each in brackets_follow(rows(*told), rows(definition))]


def test_brackets_follow_one_another_from_the_first():
    assert brackets(("0", "0", "0"), ("1", "2", "3")) == []
    assert brackets(("1", "2", "3"), ("0", "0", "1")) == []
    for parts in (
        [("1", "0", "0")],
        [("0", "0", "0"), ("2", "1", "1")],
        [("0", "0", "1"), ("1", "1", "2")],
        [("0", "0", "0"), ("1", "2", "1")],
    ):
        assert "does not follow" in brackets(*parts)[0], parts


def test_brackets_are_those_of_a_definition_in_brackets():
    good = ("0", "0", "0"), ("1", "1", "6")
    (*_, fault) = brackets(*good, kind="on")
    assert "a is no definition of the kind bracket" in fault
    assert (
        "periods is 9; write the number of the last" in brackets(*good, periods="9")[0]
    )
    assert "periods is 1" in brackets()[0]
    assert "is not counted in whole periods" in brackets(("0", "0", ""))[0]


def test_a_named_event_has_a_name_and_filters_of_its_own():
    named = rows({"event_code": "paid"}, {"event_code": "any"})
    (fault,) = map(str, names_free(named, ()))
    assert "event_code is any; give the named event a name of its own" in fault
    definition = {"start_event": "paid", "return_event": "paid", "start_property": "p"}
    (fault,) = map(str, names_free(named[:1], rows(definition)))
    assert "paid is a named event with conditions of its own" in fault
