"""Funnels against the cases of reference systems, through the real models.

Each case is a funnel of its own in one warehouse of its time zone, on events and people
of its own: their names begin with the name of the case. The rows of the funnels go into
the seeds once dbt has loaded them.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb
import own_cases
import pytest
from funnel_cases import (
    COLUMNS,
    Case,
    Funnel,
    breakdown_text,
    parts,
    spread,
    told_funnels,
)
from published import NO_CASES, read_cases
from warehouses import Warehouse

pytestmark = pytest.mark.xdist_group("funnels")

FUNNELS = {**read_cases("funnels"), **own_cases.FUNNELS}
WINDOW_FUNNELS = {**read_cases("funnels_windowfunnel"), **own_cases.WINDOW_FUNNELS}
TRENDS = {**read_cases("funnel_trends"), **own_cases.TRENDS}
TIMES = {
    name: spread(case)
    for name, case in {
        **read_cases("funnel_time_to_convert"),
        **own_cases.TIMES,
    }.items()
}
# A day long after every case, so that every window is over.
LATER = datetime(2029, 12, 31, 12)
STEP_COLUMNS = (
    "role",
    "step_number",
    "rule_group",
    "event_name",
    "occurrence",
    "property",
    "operator",
    "property_value",
    "from_step",
    "to_step",
    "exclusion_scope",
)
CHOSEN = ("+metric_funnel_steps", "+metric_funnel_times")
# Nobody has a tier here: the table that says so stands, and is not built.
TIERS = """
    create schema if not exists strata_tiers;
    create table strata_tiers.tier_user_history (
        user_key varchar, program_code varchar, tier_code varchar, valid_from date,
        valid_to date
    )
"""
UNUSED = ("path:models/tiers", "path:models/scores", "path:models/features")
# Why a case does not fit, by its name.
OUT_OF_SCOPE: Mapping[str, str] = {}


@dataclass(frozen=True)
class Told:
    """What the tables say about the funnels of one warehouse."""

    steps: Mapping[tuple[str, str, date, str], Mapping[int, dict[str, Any]]]
    reached: Mapping[tuple[str, str], Mapping[str, int]]
    times: Mapping[tuple[str, int, int], list[dict[str, Any]]]


def zone(case: Case) -> str:
    """The time zone of a case, with a mark where its weeks begin on Sunday."""
    spec = case["spec"]
    is_weekly = spec.get("interval") == "week"
    return spec.get("timezone", "UTC") + (" sunday" if is_weekly else "")


def all_cases() -> list[tuple[str, Case]]:
    """Every case with each of its time zones."""
    found = []
    for case in (
        *FUNNELS.values(),
        *WINDOW_FUNNELS.values(),
        *TRENDS.values(),
        *TIMES.values(),
    ):
        for each in (zone(case), *case["spec"].get("also_timezones", ())):
            if case["id"] not in OUT_OF_SCOPE:
                found.append((each, case))
        for each in case.get("also_timezones", ()):
            found.append((each, case))
    return found


def build(warehouse: Warehouse, funnels: list[Funnel], timezone: str) -> Told:
    """Load the cases, build their funnels and read what the tables say."""
    events = [event for funnel in funnels for event in funnel.events()]
    events.append(("later", "later", "later", "later", LATER, None))
    users = [user for funnel in funnels for user in funnel.users()]
    with duckdb.connect(str(warehouse.path)) as con:
        con.execute("create schema raw")
        con.execute(
            "create table raw.events (event_id varchar, anonymous_id varchar,"
            " user_id varchar, event_name varchar, event_at timestamp,"
            " properties varchar)"
        )
        con.executemany("insert into raw.events values (?, ?, ?, ?, ?, ?)", events)
        con.execute(
            "create table raw.users (user_id varchar, city varchar, region varchar,"
            " country varchar, language varchar)"
        )
        con.executemany(
            "insert into raw.users values (?, ?, ?, ?, ?)",
            [
                [
                    user.get(name)
                    for name in ("user_id", "city", "region", "country", "language")
                ]
                for user in users
            ]
            or [["nobody", None, None, None, None]],
        )
    name, _, sunday = timezone.partition(" ")
    variables = {
        "strata__timezone": name,
        "strata__week_start": "sunday" if sunday else "monday",
    }
    warehouse.seed()
    write_rules(warehouse, funnels)
    warehouse.execute(TIERS)
    outcome = warehouse.dbt(
        "run",
        "--select",
        *CHOSEN,
        "--exclude",
        *UNUSED,
        variables=variables,
    )
    assert outcome.success, outcome.failed or outcome.messages[-5:]
    return read(warehouse)


def write_rules(warehouse: Warehouse, funnels: list[Funnel]) -> None:
    """Put the funnels of the cases in place of ours."""
    with duckdb.connect(str(warehouse.path)) as con:
        con.execute("delete from strata_rules.strata__funnels")
        con.execute("delete from strata_rules.strata__funnel_steps")
        for funnel in funnels:
            row = funnel.funnel_row()
            named = ("funnel_code", *COLUMNS, "valid_from", "valid_to")
            con.execute(
                f"insert into strata_rules.strata__funnels ({', '.join(named)})"
                f" values ({', '.join('?' for _ in named)})",
                [row.get(name) for name in named],
            )
            named = ("funnel_code", *STEP_COLUMNS)
            con.executemany(
                f"insert into strata_rules.strata__funnel_steps ({', '.join(named)})"
                f" values ({', '.join('?' for _ in named)})",
                [[row.get(name) for name in named] for row in funnel.step_rows()],
            )


def read(warehouse: Warehouse) -> Told:
    """What the tables say."""
    steps: defaultdict[Any, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in warehouse.records(
        "from strata_metrics.metric_funnel_steps where channel = 'all'"
        " and platform = 'all' and tier = 'all' and first_channel = 'all'"
    ):
        place = (
            row["funnel_code"],
            row["period_grain"],
            row["entry_date"],
            row["breakdown"],
        )
        steps[place][row["step_number"]] = row
    reached: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for funnel, breakdown, unit, step in warehouse.rows(
        "select funnel_code, breakdown, coalesce(users.user_id, unit_key), reached_step"
        " from strata_metrics.metric_funnel_bests left join strata_core.core_users as"
        " users on unit_key = users.user_key"
        " where period_grain = 'lifetime' and is_mature_best"
    ):
        reached[funnel, breakdown][unit.removeprefix(f"{funnel}/")] = step
    times: defaultdict[tuple[str, int, int], list[dict[str, Any]]] = defaultdict(list)
    for row in warehouse.records(
        "from strata_metrics.metric_funnel_times order by bin_number"
    ):
        times[row["funnel_code"], row["from_step"], row["to_step"]].append(row)
    return Told(steps, reached, times)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Told]:
    """By time zone: what the tables say about its cases; built when first asked for."""
    if not FUNNELS:
        pytest.skip(NO_CASES)
    built: dict[str, Told] = {}

    def of(timezone: str) -> Told:
        if timezone not in built:
            folder = tmp_path_factory.mktemp("funnels")
            cases = [case for each, case in all_cases() if each == timezone]
            funnels = [funnel for case in cases for funnel in told_funnels(case)]
            built[timezone] = build(
                Warehouse(folder / "strata.duckdb"), funnels, timezone
            )
        return built[timezone]

    return of


def lifetime(
    told: Told, case: Case, breakdown: str = "all"
) -> Mapping[int, dict[str, Any]]:
    """The steps of a case over the whole time, by their numbers from 1."""
    found = {}
    for part, places in parts(case):
        for (funnel, grain, _, value), steps in told.steps.items():
            if (funnel, grain, value) == (part["id"], "lifetime", breakdown):
                found.update(
                    {
                        number + 1: steps[place + 1]
                        for number, place in places.items()
                        if place + 1 in steps
                    }
                )
    return found


def assert_users(told: Told, case: Case, expected: Mapping[str, list[str]]) -> None:
    """Who reached a step, or went no farther than the one before."""
    for key, people in expected.items():
        step, _, value = key.partition("|")
        breakdown = breakdown_text(json.loads(value)) if value else "all"
        number = abs(int(step)) - 1
        ((code, place),) = [
            (part["id"], places[number])
            for part, places in parts(case)
            if number in places
        ]
        found = {
            person
            for person, far in told.reached.get((code, breakdown), {}).items()
            if (far > place if int(step) > 0 else far == place)
        }
        assert found == set(people), key


def assert_steps(
    steps: Mapping[int, dict[str, Any]], column: str, expected: Mapping[str, Any]
) -> None:
    """A column of the steps, by the number of the step from 0."""
    for key, value in expected.items():
        row = steps.get(int(key) + 1, {})
        found = row.get(column) or (0 if column == "users" else None)
        assert found == (value if value is None else pytest.approx(value)), (
            key,
            column,
        )


@pytest.mark.parametrize(
    ("timezone", "case"),
    [pytest.param(each, case, id=case["id"]) for each, case in all_cases()],
)
def test_a_case_asks_for_what_we_can_say(timezone: str, case: Case) -> None:
    assert all(Funnel(part).rows() for part, _ in parts(case)), timezone


@pytest.mark.parametrize(
    ("timezone", "case_id"),
    [(each, case["id"]) for each, case in all_cases() if case["id"] in FUNNELS]
    or [("UTC", "none")],
)
def test_a_funnel_of_a_reference_case_has_the_users_expected(
    told: Callable[[str], Told], timezone: str, case_id: str
) -> None:
    case, found = FUNNELS[case_id], told(timezone)
    expected = case["expected"]
    known = {
        "counts",
        "avg_seconds_from_prev",
        "median_seconds_from_prev",
        "users_at_step",
        "by_breakdown",
        "exact_breakdown_set",
    }
    assert expected.keys() <= known, "the case asks for something new"
    steps = lifetime(found, case)
    assert_steps(steps, "users", expected.get("counts", {}))
    averages = expected.get("avg_seconds_from_prev", {})
    assert_steps(steps, "average_seconds_from_previous", averages)
    medians = expected.get("median_seconds_from_prev", {})
    assert_steps(steps, "median_seconds_from_previous", medians)
    assert_users(found, case, expected.get("users_at_step", {}))
    wanted = expected.get("by_breakdown", ())
    for row in wanted:
        by_value = lifetime(found, case, breakdown_text(row["value"]))
        counts = [
            by_value.get(number, {}).get("users", 0)
            for number in range(1, len(row.get("counts", ())) + 1)
        ]
        assert counts == row.get("counts", []), row
        for name, column in (("avg_time", "average"), ("median_time", "median")):
            assert_steps(
                by_value,
                f"{column}_seconds_from_previous",
                {str(step): value for step, value in enumerate(row.get(name, ()))},
            )
    if wanted and expected.get("exact_breakdown_set", True):
        values = {
            value
            for funnel, grain, _, value in found.steps
            if (funnel, grain) == (case_id, "lifetime") and value != "all"
        }
        assert values == {breakdown_text(row["value"]) for row in wanted}


@pytest.mark.parametrize("case_id", WINDOW_FUNNELS or ["none"])
def test_a_window_funnel_reaches_the_level_expected(
    told: Callable[[str], Told], case_id: str
) -> None:
    reached = told("UTC").reached.get((case_id, "all"), {})
    levels = WINDOW_FUNNELS[case_id]["expected"]["level_by_person"]
    assert {person: reached.get(person, 0) for person in levels} == levels


@pytest.mark.parametrize("case_id", TRENDS or ["none"])
def test_the_entries_of_a_day_convert_as_expected(
    told: Callable[[str], Told], case_id: str
) -> None:
    case = TRENDS[case_id]
    spec, found = case["spec"], told(zone(case))
    first = spec.get("from_step", 0) + 1
    last = spec.get("to_step", len(spec["steps"]) - 1) + 1
    expected = case["expected"]
    assert expected.keys() <= {"periods", "by_breakdown"}, "something new is asked for"
    wanted = [("all", expected.get("periods", ()))]
    for row in expected.get("by_breakdown", ()):
        wanted.append((breakdown_text(row["value"]), row["periods"]))
    for value, period in ((each, one) for each, periods in wanted for one in periods):
        day = datetime.fromisoformat(period["period_start"]).date()
        steps = found.steps.get((case_id, spec["interval"], day, value), {})
        entered, came = (steps.get(step, {}).get("users", 0) for step in (first, last))
        said = {
            "reached_from_step_count": entered,
            "reached_to_step_count": came,
            "conversion_rate": round(100 * came / entered if entered else 0, 2),
        }
        asked = {name: period[name] for name in said.keys() & period.keys()}
        assert {name: said[name] for name in asked} == asked, (value, day)


@pytest.mark.parametrize("case_id", TIMES or ["none"])
def test_the_times_between_two_steps_fall_into_the_bins_expected(
    told: Callable[[str], Told], case_id: str
) -> None:
    case = TIMES[case_id]
    spec, expected = case["spec"], case["expected"]
    first = spec.get("from_step", 0) + 1
    last = spec.get("to_step", len(spec["steps"]) - 1) + 1
    rows = told(zone(case)).times.get((case_id, first, last), [])
    said = {
        "average_conversion_time": rows[0]["average_seconds"] if rows else None,
        "bins": [[row["bin_start_seconds"], row["users"]] for row in rows],
        "bin_edges": [row["bin_start_seconds"] for row in rows],
    }
    asked = expected.keys() - {"bins_classic_engine"}
    assert asked <= said.keys(), "the case asks for something new"
    for name in asked:
        assert said[name] == expected[name], name
