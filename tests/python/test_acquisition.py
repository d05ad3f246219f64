"""Acquisition, held against oracles in plain Python on simulated data."""

from collections.abc import Mapping

import pytest
from oracles.acquisition import (
    DIMENSIONS,
    Newcomer,
    Spend,
    read_acquisition,
    read_newcomers,
    read_quality,
    read_spend,
)
from oracles.compare import differences
from oracles.spine import Spine, spine_of
from warehouses import Warehouse

pytestmark = pytest.mark.xdist_group("simulated")


@pytest.fixture(scope="module")
def spine(simulated: Warehouse) -> Spine:
    """The spine of the simulated warehouse by the oracles."""
    return spine_of(simulated)


@pytest.fixture(scope="module")
def spends(spine: Spine) -> list[Spend]:
    """What was spent."""
    return read_spend(spine.kept("ad_spend"), spine.clock.as_of_date)


@pytest.fixture(scope="module")
def people(spine: Spine, spends: list[Spend]) -> list[Newcomer]:
    """Everyone who was ever seen."""
    rules = spine.records("strata_rules.strata__acquisition_activations")
    return list(
        read_newcomers(
            spine.lives.values(), spine.days, spends, rules, spine.clock.as_of_date
        )
    )


@pytest.fixture(scope="module")
def returns(spine: Spine) -> Mapping[int, int]:
    """The days in which people must return by the horizon that they end."""
    rules = spine.records("strata_rules.strata__acquisition_horizons")
    return {rule["horizon_days"]: rule["return_days"] for rule in rules}


def test_acquisition_holds_who_came_by_what_and_what_it_cost(
    spine: Spine,
    people: list[Newcomer],
    spends: list[Spend],
    returns: Mapping[int, int],
) -> None:
    said = differences(
        spine.records("strata_metrics.metric_acquisition"),
        read_acquisition(people, spends, returns, spine.clock),
        ("date", *DIMENSIONS),
    )
    assert not said, said


def test_quality_counts_the_people_and_the_spend_of_mature_days(
    spine: Spine,
    people: list[Newcomer],
    spends: list[Spend],
    returns: Mapping[int, int],
) -> None:
    said = differences(
        spine.records("strata_metrics.metric_acquisition_quality"),
        read_quality(people, spends, returns, spine.clock),
        ("cohort_month", "channel", "horizon_days"),
    )
    assert not said, said


def test_the_data_try_people_without_a_session_and_spend_without_people(
    people: list[Newcomer], spends: list[Spend]
) -> None:
    assert "(unattributed)" in {each.ad[0] for each in people}
    came = {(each.seen, each.ad) for each in people}
    assert {(each.day, each.ad) for each in spends if each.amount} - came
    assert came & {(each.day, each.ad) for each in spends}
