"""Metrics, held against oracles in plain Python."""

from datetime import date

import pytest
from oracles.clock import period_index, period_start
from oracles.marts import METRICS, Mart
from oracles.retention import is_retained
from oracles.spine import Spine, spine_of
from warehouses import Warehouse

pytestmark = pytest.mark.xdist_group("simulated")


@pytest.fixture(scope="module")
def spine(simulated: Warehouse) -> Spine:
    """The spine of the simulated warehouse by the oracles."""
    return spine_of(simulated)


@pytest.mark.parametrize("mart", METRICS, ids=lambda mart: mart.table.split(".")[1])
def test_metrics_hold_what_the_person_days_say(spine: Spine, mart: Mart) -> None:
    said = mart.differences(spine)
    assert not said, said


def test_the_active_of_a_day_are_those_of_the_day_before_and_who_came_and_went(
    spine: Spine,
) -> None:
    rows = sorted(
        spine.mart("strata_metrics.metric_activity_daily"), key=lambda row: row["date"]
    )
    assert [row["date"] for row in rows] == spine.clock.days
    before = 0
    for row in rows:
        came = row["new"] + row["resurrected"]
        assert row["dau"] == before + came - row["dormant"], row
        assert row["dau"] == came + row["returning"], row
        before = row["dau"]


def test_every_definition_has_cohorts(spine: Spine) -> None:
    defined = {rule["definition_code"] for rule in spine.rules.retention_definitions}
    assert {row["definition_code"] for row in spine.retention} == defined


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    thursday = date(2026, 7, 30)
    begins = [
        period_start(grain, period_index(grain, thursday))
        for grain in ("day", "week", "month")
    ]
    assert begins == [thursday, date(2026, 7, 27), date(2026, 7, 1)]


def test_a_return_counts_on_or_after_or_before_a_period() -> None:
    numbers = {0, 2}
    kinds = ("on", "on_or_after", "on_or_before")
    retained = {
        kind: [is_retained(kind, numbers, number) for number in range(4)]
        for kind in kinds
    }
    assert retained == {
        "on": [True, False, True, False],
        "on_or_after": [True, True, True, False],
        "on_or_before": [True, False, True, True],
    }
