"""Why a metric moved: held against fractions, and against causes that we planted."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from oracles import compare
from oracles.drivers import KEY, read_drivers, read_quality, read_shop
from oracles.spine import spine_of
from warehouses import Warehouse

DRIVERS = "from strata_metrics.metric_drivers"
FIRST = date(2026, 3, 1)
DAYS = 30
CHANNELS = {"direct": None, "email": "email", "sms": "sms"}
PLATFORMS = ("web", "ios", "android")
PEOPLE = 4
NO_EMAIL = FIRST + timedelta(days=20)
NO_IOS = FIRST + timedelta(days=25)
HALF_IOS = FIRST + timedelta(days=29)


@pytest.mark.xdist_group("simulated")
def test_the_parts_of_every_change_are_those_of_fractions(
    simulated: Warehouse,
) -> None:
    spine = spine_of(simulated)
    comparisons = simulated.records("from strata_rules.strata__driver_comparisons")
    expected = read_drivers(
        read_shop(spine, "membership"), read_quality(spine), comparisons
    )
    said = compare.differences(simulated.records(DRIVERS), expected, KEY)
    assert not said, said


def visits() -> list[tuple[Any, ...]]:
    """Twelve people a channel come every day, but for the days with a cause."""
    rows = []
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        for channel, medium in CHANNELS.items():
            for platform in PLATFORMS:
                for person in range(PEOPLE):
                    if day == NO_EMAIL and channel == "email":
                        continue
                    if day == NO_IOS and platform == "ios":
                        continue
                    if day == HALF_IOS and platform == "ios" and person % 2:
                        continue
                    who = f"{channel}-{platform}-{person}"
                    for minute in range(2):
                        at = datetime(day.year, day.month, day.day, 12, minute)
                        rows.append((f"{who}-{at}", who, platform, medium, str(at)))
    return rows


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A shop whose every day is the same, but for the causes."""
    warehouse = Warehouse(tmp_path_factory.mktemp("drivers") / "strata.duckdb")
    rows = ", ".join(
        "("
        + ", ".join("null" if each is None else f"'{each}'" for each in row)
        + ", 'page_view')"
        for row in visits()
    )
    warehouse.execute(
        "create schema raw",
        "create table raw.events as select * replace (event_at::timestamp as event_at)"
        f" from (values {rows}) as t(event_id, anonymous_id, platform, utm_medium,"
        " event_at, event_name)",
    )
    warehouse.seed()
    outcome = warehouse.dbt("run", "--select", "+metric_drivers")
    assert outcome.success, outcome.failed or outcome.messages[-5:]
    return warehouse


def story(
    warehouse: Warehouse, day: date, comparison: str = "previous_day"
) -> Mapping[str, list[tuple[Any, ...]]]:
    """What moved the active persons of a day, by dimension, in order."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for dimension, *rest in warehouse.rows(
        "select dimension, member, contribution, share_of_change, is_offset"
        " from strata_metrics.metric_drivers"
        " where date = ? and metric = 'dau' and comparison = ?"
        " order by dimension_rank, member_rank",
        day,
        comparison,
    ):
        found.setdefault(dimension, []).append(tuple(rest))
    return found


@pytest.mark.xdist_group("drivers")
@pytest.mark.parametrize("comparison", ["previous_day", "same_weekday"])
def test_a_channel_that_sent_nobody_is_the_first_cause(
    planted: Warehouse, comparison: str
) -> None:
    told = story(planted, NO_EMAIL, comparison)
    lost = len(PLATFORMS) * PEOPLE
    assert next(iter(told)) == "all", "nothing is wrong with the data"
    assert told["all"] == [("all", -lost, 1, False)]
    assert told["channel"][0] == ("email", -lost, 1, False)
    assert [each[1] for each in told["channel"][1:]] == [0, 0]
    assert {each[1] for each in told["platform"]} == {-PEOPLE}
    assert told["lifecycle"][0][:2] == ("dormant", -lost)


@pytest.mark.xdist_group("drivers")
def test_a_platform_that_was_not_delivered_is_told_before_any_cause(
    planted: Warehouse,
) -> None:
    told = story(planted, NO_IOS)
    assert next(iter(told)) == "data_quality"
    assert told["data_quality"] == [("missing_platform ios", None, None, False)]
    assert told["platform"][0] == ("ios", -len(CHANNELS) * PEOPLE, 1, False)


@pytest.mark.xdist_group("drivers")
def test_a_platform_of_which_half_came_is_a_cause_and_no_fault(
    planted: Warehouse,
) -> None:
    told = story(planted, HALF_IOS)
    assert "data_quality" not in told
    assert told["platform"][0][:2] == ("ios", -len(CHANNELS) * PEOPLE / 2)


@pytest.mark.xdist_group("drivers")
def test_the_days_after_make_up_for_it(planted: Warehouse) -> None:
    told = story(planted, NO_EMAIL + timedelta(days=1))
    lost = len(PLATFORMS) * PEOPLE
    assert told["channel"][0] == ("email", lost, 1, False)
    assert told["lifecycle"][0][:2] == ("resurrected", lost)
    # A week with a bad day against a week without: one day of it.
    assert story(planted, NO_EMAIL, "previous_period")["all"][0][1] == -lost


@pytest.mark.xdist_group("drivers")
def test_a_day_like_the_one_before_has_nothing_to_explain(planted: Warehouse) -> None:
    told = story(planted, FIRST + timedelta(days=10))
    assert told["all"] == [("all", 0, None, False)]
    assert {each[1] for members in told.values() for each in members} == {0}


@pytest.mark.xdist_group("drivers")
def test_days_without_a_day_to_compare_with_are_left_out(planted: Warehouse) -> None:
    firsts = planted.rows(
        "select comparison, min(date) from strata_metrics.metric_drivers group by 1"
    )
    assert dict(firsts) == {
        "previous_day": FIRST + timedelta(days=1),
        "same_weekday": FIRST + timedelta(days=7),
        "previous_period": FIRST + timedelta(days=13),
    }


# Thirty orders a day come the night after, but those of ten days came at once.
BACKFILLED = 10
WITH_BAD_ORDERS = FIRST + timedelta(days=20)
LAST = FIRST + timedelta(days=DAYS - 1)


@pytest.fixture(scope="module", params=["UTC", "Asia/Shanghai"])
def nightly(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Warehouse:
    """A shop that is loaded at one o'clock of its night; the last orders lack."""
    warehouse = Warehouse(tmp_path_factory.mktemp("nightly") / "strata.duckdb")
    hours = {"UTC": 0, "Asia/Shanghai": 8}[request.param]
    acts = (
        "select day, number,"
        f" timestamp '{FIRST} 12:00:00' + to_days(day) - to_hours({hours}) as done_at,"
        f" timestamp '{FIRST} 01:00:00' + to_days(greatest(day + 1, {BACKFILLED}))"
        f" - to_hours({hours}) as loaded_at"
        f" from range({DAYS}) as days(day), range(30) as numbers(number)"
    )
    bad = (WITH_BAD_ORDERS - FIRST).days
    warehouse.execute(
        "create schema raw",
        "create table raw.events as select 'e' || day || '-' || number as event_id,"
        " 'u' || number as user_id, 'page_view' as event_name, done_at as event_at,"
        f" loaded_at from ({acts})",
        "create table raw.orders as select 'o' || day || '-' || number as order_id,"
        " 'u' || number as user_id, done_at as ordered_at, 'paid' as status, loaded_at,"
        f" case when day = {bad} and number < 5 then -1 else 9 end as gross_amount"
        f" from ({acts}) where day < {DAYS - 1}",
    )
    warehouse.seed()
    zone = {"strata__timezone": request.param}
    outcome = warehouse.dbt("run", "--select", "+metric_drivers", variables=zone)
    assert outcome.success, outcome.failed or outcome.messages[-5:]
    return warehouse


@pytest.mark.xdist_group("drivers")
def test_each_fault_of_a_nightly_load_is_told_on_its_day(nightly: Warehouse) -> None:
    """What lacks on its own day, bad rows on that of their night; nothing is late."""
    told = nightly.rows(
        "select date, member, before, after from strata_metrics.metric_drivers"
        " where metric = 'orders' and comparison = 'previous_day'"
        " and dimension = 'data_quality' order by all"
    )
    assert told == [
        (WITH_BAD_ORDERS + timedelta(days=1), "rejects orders", 0, 5 / 30),
        (LAST, "missing_source orders", 30, 0),
    ]
