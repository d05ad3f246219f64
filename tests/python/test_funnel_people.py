"""Many small random people through many funnels, held against all attempts.

Times fall on a coarse grid, so that ties are common; events serve one step or several.
"""

import csv
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest
from funnel_cases import COLUMNS, PLAIN
from oracles.funnels import Exclusion, Line, Plan, best_by_day, lines
from test_funnels import STEP_COLUMNS, TIERS, UNUSED
from warehouses import ROOT, Warehouse

pytestmark = pytest.mark.xdist_group("funnel_people")

PEOPLE, SEED = 1500, 5
ORIGIN = datetime(2024, 3, 4, 9)
TICK = timedelta(hours=4)
LATER = datetime(2024, 6, 1)
CHOSEN = "+metric_funnel_steps"


def named(*names: str) -> Any:
    """A condition on the name of an event; without names any event."""
    return lambda event: not names or event["name"] in names


def plan(code: str, *steps: str, hours: int = 24, **more: Any) -> Plan:
    """A funnel of events by name; `*` is any event."""
    tests = [named() if step == "*" else named(step) for step in steps]
    return Plan(code, tests, timedelta(hours=hours), **more)


# The events of each funnel by name, and its plan.
STEPS: Mapping[str, Sequence[str]] = {
    "ordered": "abc",
    "short": "abc",
    "long": "abcd",
    "refused": "abc",
    "graced": "abc",
    "first": "abc",
    "strict": "abc",
    "any": "abc",
    "attempts_without_x": "abc",
    "people_without_x": "abc",
    "late_x": "abc",
    "any_without_x": "abc",
    "any_people_without_x": "abc",
    "strict_people_without_x": "abc",
    "constant": "abc",
    "repeated": "aab",
    "thrice": "aaa",
    "returning": "aba",
    "wild": "a*c",
    "reused": "aab",
    "graced_thrice": "aaa",
    "any_repeated": "aab",
    "any_wild": "a*c",
    "any_wild_twice": "**ab",
    "any_reused": "a*a",
}
X = (Exclusion(1, named("x"), 1, 2),)
LATE_X = (Exclusion(1, named("x"), 2, 3),)
MORE: Mapping[str, Mapping[str, Any]] = {
    "short": {"hours": 8},
    "long": {"hours": 72},
    "refused": {"ties": "refused"},
    "graced": {"grace": TICK},
    "first": {"first_only": True},
    "strict": {"order": "strict", "hours": 72},
    "any": {"order": "any"},
    "attempts_without_x": {"exclusions": X},
    "people_without_x": {"exclusions": X, "scope": "person"},
    "late_x": {"exclusions": LATE_X, "scope": "person", "hours": 48},
    "any_without_x": {"exclusions": X, "order": "any"},
    "strict_people_without_x": {"exclusions": X, "order": "strict", "scope": "person"},
    "any_people_without_x": {"exclusions": X, "order": "any", "scope": "person"},
    "constant": {"constant": "colour"},
    "reused": {"reuse": True},
    "graced_thrice": {"grace": TICK},
    "any_repeated": {"order": "any", "exclusions": X},
    "any_wild": {"order": "any"},
    "any_wild_twice": {"order": "any", "hours": 8},
    "any_reused": {"order": "any", "reuse": True},
}
PLANS = {name: plan(name, *STEPS[name], **MORE.get(name, {})) for name in STEPS}
# An event may serve several steps: only how far one comes is told by all attempts.
SHARED = ("repeated", "thrice", "returning", "wild", "reused")
# An event before the entry may serve, too, and the chain looks for none.
SHARED_WITH_GRACE = ("graced_thrice",)
# At one instant an event stands at its first step, though a later one could be better.
UNSURE_AT_TIES = ("returning",)


def people() -> Iterator[dict[str, Any]]:
    """The events of all people."""
    chance = random.Random(SEED)
    number = 0
    for person in range(PEOPLE):
        for _ in range(chance.randint(0, 9)):
            number += 1
            yield {
                "id": f"e{number:06d}",
                "person": f"p{person:04d}",
                "name": chance.choice("aaabbbccdxy"),
                "time": ORIGIN + TICK * chance.randint(0, 18),
                "colour": chance.choice(("red", "blue", None)),
            }


EVENTS = list(people())
NAMES = {event["person"] for event in EVENTS}
PAGE = (ROOT / "docs/funnels.md").read_text(encoding="utf-8")


def page_table(*columns: str) -> Iterator[dict[str, str]]:
    """The rows of every table of the page that begins with some columns."""
    for table in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE):
        head, _, *rows = [line.strip("|").split("|") for line in table.splitlines()]
        names = [name.strip() for name in head]
        if tuple(names[: len(columns)]) == columns:
            for row in rows:
                yield dict(zip(names, (cell.strip() for cell in row), strict=True))


def page_rules() -> list[list[dict[str, str | None]]]:
    """The rows of rule files on the page: funnels and steps."""
    return [
        [
            {name: value or None for name, value in row.items()}
            for row in csv.DictReader(block.splitlines())
        ]
        for block in re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    ]


def page_events() -> list[dict[str, Any]]:
    """The events of the page."""
    return [
        {
            "id": f"page{number}",
            "person": row["person"],
            "name": row["event"],
            "time": datetime.fromisoformat(row["at"]),
            "colour": None,
        }
        for number, row in enumerate(page_table("person", "at", "event"))
    ]


def funnel_row(each: Plan) -> dict[str, Any]:
    """The row of strata__funnels of a plan."""
    return {
        **PLAIN,
        "funnel_code": each.code,
        "order_mode": each.order,
        "window_seconds": each.window // timedelta(seconds=1),
        "ties": each.ties,
        "simultaneous_seconds": each.grace.total_seconds(),
        "event_use": "again" if each.reuse else "once",
        "entry": "first" if each.first_only else "every",
        "constant_property": each.constant,
        "valid_from": "1900-01-01",
        "valid_to": "9999-12-31",
    }


def step_rows(each: Plan) -> Iterator[dict[str, Any]]:
    """The rows of strata__funnel_steps of a plan."""
    for number, name in enumerate(STEPS[each.code], 1):
        yield {
            "role": "step",
            "step_number": number,
            "event_name": None if name == "*" else name,
        }
    for barrier in each.exclusions:
        yield {
            "role": "exclusion",
            "step_number": barrier.number,
            "event_name": "x",
            "from_step": barrier.from_step,
            "to_step": barrier.to_step,
            "exclusion_scope": each.scope,
        }


def fill(warehouse: Warehouse, events: Sequence[Mapping[str, Any]]) -> None:
    """Load events as a raw table."""
    rows = [
        (
            event["id"],
            event["person"],
            event["name"],
            event["time"],
            None if event["colour"] is None else f'{{"colour": "{event["colour"]}"}}',
        )
        for event in events
    ]
    rows.append(("later", "later", "later", LATER, None))
    with duckdb.connect(str(warehouse.path)) as con:
        con.execute("create schema if not exists raw")
        con.execute(
            "create or replace table raw.events (event_id varchar, anonymous_id"
            " varchar, event_name varchar, event_at timestamp, properties varchar)"
        )
        con.executemany("insert into raw.events values (?, ?, ?, ?, ?)", rows)


def insert(
    con: duckdb.DuckDBPyConnection,
    seed: str,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Add rows to a rule seed."""
    con.executemany(
        f"insert into strata_rules.{seed} ({', '.join(columns)})"
        f" values ({', '.join('?' for _ in columns)})",
        [[row.get(name) for name in columns] for row in rows],
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The warehouse of all people and all funnels."""
    warehouse = Warehouse(tmp_path_factory.mktemp("people") / "strata.duckdb")
    fill(warehouse, [*EVENTS, *page_events()])
    warehouse.seed()
    more_funnels, more_steps = page_rules()
    funnels = [funnel_row(each) for each in PLANS.values()]
    usual = funnel_row(PLANS["ordered"])
    funnels += [usual | row for row in more_funnels]
    steps = [
        {"funnel_code": each.code, **row}
        for each in PLANS.values()
        for row in step_rows(each)
    ]
    defaults = {"rule_group": 1, "occurrence": "every"}
    with duckdb.connect(str(warehouse.path)) as con:
        columns = ("funnel_code", *COLUMNS, "valid_from", "valid_to")
        insert(con, "strata__funnels", columns, funnels)
        columns = ("funnel_code", *STEP_COLUMNS)
        rows = [defaults | row for row in [*steps, *more_steps]]
        insert(con, "strata__funnel_steps", columns, rows)
        con.execute(TIERS)
    outcome = warehouse.dbt("run", "--select", CHOSEN, "--exclude", *UNUSED)
    assert outcome.success, outcome.failed or outcome.messages[-5:]
    return warehouse


def told(warehouse: Warehouse) -> dict[str, dict[Any, dict[str, Any]]]:
    """By funnel: what metric_funnel_users says of each person and day of entry."""
    names = dict(
        warehouse.rows("select user_key, id from strata_core.core_identity_map")
    )
    found: defaultdict[str, dict[Any, dict[str, Any]]] = defaultdict(dict)
    for row in warehouse.records("from strata_metrics.metric_funnel_users"):
        key = names[row["unit_key"]], row["chain_key"], row["entry_date"]
        found[row["funnel_code"]][key] = row
    return found


def times(row: Mapping[str, Any]) -> tuple[datetime, ...]:
    """The times of the steps done."""
    steps = (row[f"step_{number}_at"] for number in range(1, 11))
    return tuple(time for time in steps if time is not None)


@pytest.mark.parametrize(
    "code", [code for code in PLANS if code not in SHARED + SHARED_WITH_GRACE]
)
def test_a_day_has_the_best_of_all_attempts_that_begin_on_it(
    built: Warehouse, code: str
) -> None:
    found = sorted(
        (who, day, times(row), row["stop_reason"], row["is_dropped"], row["tried_step"])
        for (who, _, day), row in told(built)[code].items()
        if who in NAMES
    )
    expected = sorted(
        (who, day, best.times, best.stop, best.is_dropped, best.tried)
        for (who, _, day), best in best_by_day(PLANS[code], EVENTS).items()
    )
    assert len(expected) > 300
    assert found == expected


def is_tied(line: Line) -> bool:
    """True if two events of a person happened at one instant."""
    moments = [event["time"] for event in line.events]
    return len(set(moments)) < len(moments)


@pytest.mark.parametrize("code", SHARED)
def test_a_person_comes_as_far_as_any_choice_of_events_allows(
    built: Warehouse, code: str
) -> None:
    expected: dict[Any, int] = {}
    unsure = set()
    for person, line in lines(PLANS[code], EVENTS):
        if code in UNSURE_AT_TIES and is_tied(line):
            unsure.add(person)
            continue
        for start in line.starts():
            day = line.events[start]["time"].date()
            far = expected.get((person, day), 0)
            expected[person, day] = max(far, line.farthest(start))
    found = {
        (who, day): row["reached_step"]
        for (who, _, day), row in told(built)[code].items()
        if who not in unsure
    }
    assert len(expected) > 300
    assert found == expected


@pytest.mark.parametrize("code", SHARED_WITH_GRACE)
def test_no_event_serves_two_steps_where_one_may_be_early(
    built: Warehouse, code: str
) -> None:
    fitting = Counter(
        event["person"] for event in EVENTS if event["name"] in STEPS[code]
    )
    rows = told(built)[code].items()
    assert len(rows) > 300
    assert all(row["reached_step"] <= fitting[who] for (who, _, _), row in rows)


def test_a_longer_window_lets_nobody_fall_back(built: Warehouse) -> None:
    reached: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for code, unit, step in built.rows(
        "select funnel_code, unit_key, reached_step"
        " from strata_metrics.metric_funnel_bests"
        " where period_grain = 'lifetime' and is_best"
    ):
        reached[code][unit] = step
    assert all(
        far <= reached["ordered"][unit] for unit, far in reached["short"].items()
    )
    assert any(far < reached["ordered"][unit] for unit, far in reached["short"].items())


def test_the_oracle_tries_what_the_first_entry_misses() -> None:
    events = [
        {
            "id": str(hour),
            "person": "p",
            "name": name,
            "time": ORIGIN + timedelta(hours=hour),
        }
        for hour, name in ((0, "a"), (120, "a"), (125, "b"))
    ]
    line = Line(plan("x", "a", "b"), events)
    assert [each.reached for each in line.attempts()] == [1, 2]


def test_the_page_tells_how_many_reach_each_step_of_its_funnels(
    built: Warehouse,
) -> None:
    said = {
        row["funnel"]: [int(row[name]) for name in row if name.startswith("step ")]
        for row in page_table("funnel", "step 1")
    }
    assert len(said) > 10
    found: defaultdict[str, list[int]] = defaultdict(list)
    for code, users in built.rows(
        "select funnel_code, users from strata_metrics.metric_funnel_steps"
        " where period_grain = 'lifetime' and channel = 'all' and platform = 'all'"
        " and tier = 'all' and first_channel = 'all' order by funnel_code, step_number"
    ):
        found[code].append(users)
    assert {code: found[code] for code in said} == said


def test_the_page_shows_every_preset(built: Warehouse) -> None:
    presets = {
        code
        for (code,) in built.rows(
            "select funnel_code from strata_staging.stg_strata__funnels"
            " where funnel_code like 'checkout_%'"
        )
    }
    assert presets <= {row["funnel"] for row in page_table("funnel", "step 1")}
