"""A figure that changes after the fact is written down, with causes that add up."""

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from oracles.figures import Figures, read_figures, restated
from oracles.spine import Spine
from warehouses import ROOT, WITHOUT_TESTS, Warehouse

pytestmark = [pytest.mark.xdist_group("restatements"), pytest.mark.proof]

# Metric, day of March 2026, cause, change.
Row = tuple[str, int, str, int]

TABLES = (
    "create schema raw",
    "create table raw.events (event_id text, anonymous_id text, user_id text,"
    " event_name text, event_at timestamp, loaded_at timestamp, platform text)",
    "create table raw.users (user_id text, registered_at timestamp,"
    " is_internal boolean, loaded_at timestamp)",
    "create table raw.orders (order_id text, user_id text, ordered_at timestamp,"
    " status text, gross_amount decimal(18, 2), loaded_at timestamp)",
    "create table raw.refunds (refund_id text, order_id text, refunded_at timestamp,"
    " amount decimal(18, 2), loaded_at timestamp)",
    "create table raw.erasure_requests (user_id text, requested_at timestamp)",
)
LEDGER = "strata_metrics.metric_restatements"


def at(day: int, time: str = "12:00") -> datetime:
    """A time of March 2026."""
    return datetime.fromisoformat(f"2026-03-{day:02d}T{time}")


def insert(table: str, *values: Any) -> str:
    """The statement that adds a row to a raw table."""
    said = ("null" if each is None else f"'{each}'" for each in values)
    return f"insert into raw.{table} values ({', '.join(said)})"


def event(
    day: int,
    time: str,
    user: str | None = None,
    device: str | None = None,
    loaded: int | None = None,
) -> str:
    """An event; of one without a device the account is known."""
    name = f"{user}-{device}-{day}-{time}"
    loaded_at = at(loaded, "23:00") if loaded else at(day, time)
    values = (name, device, user, "page_view", at(day, time), loaded_at, "web")
    return insert("events", *values)


def user(name: str, registered: int = 1, loaded: int = 1, internal: Any = None) -> str:
    """A version of an account."""
    return insert("users", name, at(registered), internal, at(loaded))


def order(
    name: str,
    user_id: str,
    day: int,
    amount: int,
    loaded: int | None = None,
    status: str = "paid",
) -> str:
    """A version of an order."""
    loaded_at = at(loaded or day, "13:00")
    return insert("orders", name, user_id, at(day), status, amount, loaded_at)


def refund(name: str, order_id: str, day: int, amount: int) -> str:
    """A refund."""
    return insert("refunds", name, order_id, at(day), amount, at(day))


REGULARS = ("ann", "bob", "cat", "dan", "fay", "gus", "hal", "jon", "kim", "lea")
BASE = [
    *(user(name) for name in REGULARS),
    *(event(1, "09:00", name) for name in REGULARS),
    event(2, "10:00", "ann"),
    event(2, "10:00", "kim"),
    event(2, "10:15", "kim"),
    event(2, "11:00", device="of-nia"),
    order("refunded", "cat", 3, 100),
    order("cancelled", "cat", 4, 50),
    event(4, "10:00", "lea"),
    order("corrected", "cat", 5, 80),
    event(7, "10:00", device="of-fay"),
    event(7, "10:05", device="of-fay"),
    event(7, "20:00", "fay"),
    event(8, "09:00", device="of-gus"),
    event(9, "10:00", "hal"),
    event(9, "10:01", "hal"),
    user("ida", registered=10, loaded=10),
    event(10, "10:00", "ida", device="of-ida"),
    event(10, "10:05", device="of-ida"),
    order("of-ida", "ida", 10, 60),
    event(10, "10:00", "jon"),
    event(10, "10:00", "ann"),
]

# Everything that can happen to a published day, each to a day or an account of its own.
CHANGES = [
    event(2, "10:10", "ann", loaded=11),
    event(2, "12:00", "bob", loaded=11),
    refund("r1", "refunded", 11, 30),
    order("cancelled", "cat", 4, 50, loaded=11, status="cancelled"),
    order("corrected", "cat", 5, 90, loaded=11),
    refund("r2", "corrected", 11, 20),
    user("eve", registered=6, loaded=11),
    order("of-eve", "eve", 6, 40, loaded=11),
    user("nia", registered=3, loaded=11),
    event(11, "10:00", "nia", device="of-nia"),
    event(11, "10:00", "fay", device="of-fay"),
    event(8, "09:10", "gus", device="of-gus", loaded=11),
    "delete from raw.events where event_id = 'hal-None-9-10:01'",
    user("ida", registered=10, loaded=11, internal=True),
    insert("erasure_requests", "ida", at(11)),
    user("jon", loaded=11, internal=True),
]
LATE, PERSON, PAID_BACK = "late_events", "identity", "refund"
RULE, ERASED = "rule_change", "erasure"
RESTATED: list[Row] = [
    # jon, internal from now on, was new, registered and active on day 1
    ("dau", 1, PERSON, -1),
    ("events", 1, PERSON, -1),
    ("sessions", 1, PERSON, -1),
    ("new_users", 1, PERSON, -1),
    ("registrations", 1, PERSON, -1),
    ("dau", 2, LATE, 1),
    ("events", 2, LATE, 2),
    ("sessions", 2, LATE, 1),
    # nia registered late; the visit on her device stays one
    ("registrations", 3, LATE, 1),
    ("net_amount", 3, PAID_BACK, -30),
    ("net_amount", 4, PAID_BACK, -50),
    ("orders", 4, PAID_BACK, -1),
    ("net_amount", 5, LATE, 10),
    ("net_amount", 5, PAID_BACK, -20),
    ("dau", 6, LATE, 1),
    ("new_users", 6, LATE, 1),
    ("registrations", 6, LATE, 1),
    ("orders", 6, LATE, 1),
    ("net_amount", 6, LATE, 40),
    # two who were active turn out to be one; events are neither more nor fewer
    ("dau", 7, PERSON, -1),
    ("new_users", 7, PERSON, -1),
    # the login itself came late, and took the visit of the device with it
    ("events", 8, LATE, 1),
    ("new_users", 8, PERSON, -1),
    ("events", 9, LATE, -1),
    ("dau", 10, ERASED, -1),
    ("dau", 10, PERSON, -1),
    ("events", 10, ERASED, -2),
    ("events", 10, PERSON, -1),
    ("sessions", 10, ERASED, -1),
    ("sessions", 10, PERSON, -1),
    ("orders", 10, ERASED, -1),
    ("net_amount", 10, ERASED, -60),
    ("registrations", 10, ERASED, -1),
    ("new_users", 10, ERASED, -1),
]


@dataclass
class History:
    """What the ledger said, and what the oracle counted, after each build."""

    warehouse: Warehouse
    ledgers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    figures: dict[str, Figures] = field(default_factory=dict)
    published: dict[str, date] = field(default_factory=dict)

    def note(self, name: str) -> None:
        """Read the ledger, and count the figures from the raw tables."""
        self.ledgers[name] = self.warehouse.records(
            f"from {LEDGER} order by restatement_number, metric_code, metric_date"
        )
        spine = Spine(self.warehouse)
        self.figures[name] = read_figures(spine)
        self.published[name] = spine.clock.as_of_date
        found = self.warehouse.rows(
            "select metric_code, metric_date, value"
            " from strata_metrics.metric_daily_figures where value != 0"
        )
        assert {(code, day): value for code, day, value in found} == self.figures[name]

    def added(self, name: str) -> list[dict[str, Any]]:
        """The rows of the ledger that a build added."""
        names = list(self.ledgers)
        place = names.index(name)
        before = self.ledgers[names[place - 1]] if place else []
        added = [row for row in self.ledgers[name] if row not in before]
        assert [row for row in before if row not in self.ledgers[name]] == []
        return added


def rows(added: Iterable[dict[str, Any]]) -> list[Row]:
    """Rows of the ledger in short, in order."""
    names = ("metric_code", "metric_date", "cause", "change")
    return sorted(
        (code, day.day, cause, int(change))
        for code, day, cause, change in ([row[name] for name in names] for row in added)
    )


@pytest.fixture(scope="module")
def other_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with a session gap of ten minutes."""
    project = tmp_path_factory.mktemp("project")
    for name in ("models", "macros", "seeds", "tests/generic", "analyses"):
        shutil.copytree(ROOT / name, project / name)
    for name in ("dbt_project.yml", "profiles.yml", "selectors.yml"):
        shutil.copy(ROOT / name, project / name)
    rules = project / "seeds/rules/strata__platforms.csv"
    text = rules.read_text(encoding="utf-8")
    assert ",1800," in text
    rules.write_text(text.replace(",1800,", ",600,"), encoding="utf-8")
    return project


@pytest.fixture(scope="module")
def history(new_warehouse: Callable[[str], Warehouse], other_rules: Path) -> History:
    """One warehouse, build by build."""
    warehouse = new_warehouse("restated")
    found = History(warehouse)
    warehouse.execute(*TABLES, *BASE)
    warehouse.build()
    found.note("first")
    warehouse.execute(*CHANGES)
    warehouse.build()
    found.note("changes")
    warehouse.build()
    found.note("nothing")

    # A build that does not settle, more rows, a build that does not even reach the
    # ledger, and then one that settles all of it.
    warehouse.execute(event(3, "10:00", "ann", loaded=12), event(12, "10:00", "ann"))
    partial = warehouse.dbt("run", "--exclude", "metric_repurchase")
    assert partial.success
    assert warehouse.value(f"select count(*) from {LEDGER}") > len(RESTATED)
    warehouse.execute(
        event(3, "20:00", "ann", loaded=12), event(3, "10:00", "bob", loaded=12)
    )
    assert warehouse.dbt("run", "--select", "staging", "core").success
    warehouse.build()
    found.note("interrupted")

    # A rule changes, is built in two goes, and somebody is forgotten meanwhile.
    warehouse.execute(
        user("lea", loaded=12, internal=True),
        insert("erasure_requests", "lea", at(12)),
    )
    warehouse.build(*WITHOUT_TESTS, "--select", "staging", "core", project=other_rules)
    warehouse.build(*WITHOUT_TESTS, project=other_rules)
    found.note("rule")

    # Everything from nothing, by the same rules, with a late event and a refund.
    warehouse.execute(
        event(5, "10:00", "bob", loaded=13), refund("r3", "refunded", 12, 10)
    )
    warehouse.build(*WITHOUT_TESTS, "--full-refresh", project=other_rules)
    found.note("from nothing")

    warehouse.execute(event(6, "10:00", "bob", loaded=14))
    warehouse.build(project=other_rules)
    found.note("after all")
    return found


def test_the_first_build_restates_nothing(history: History) -> None:
    assert history.ledgers["first"] == []


def test_each_change_of_a_published_figure_has_its_causes(history: History) -> None:
    assert rows(history.added("changes")) == sorted(RESTATED)


def test_a_build_without_changes_adds_nothing(history: History) -> None:
    assert history.added("nothing") == []


def test_a_build_that_is_run_again_counts_what_was_settled_last(
    history: History,
) -> None:
    assert rows(history.added("interrupted")) == [
        ("dau", 3, LATE, 2),
        ("events", 3, LATE, 3),
        ("sessions", 3, LATE, 3),
    ]


def test_a_changed_rule_is_a_cause_and_an_erasure_beside_it_another(
    history: History,
) -> None:
    gone = [
        (figure, day, ERASED, -1)
        for figure, day in (
            ("dau", 1),
            ("events", 1),
            ("sessions", 1),
            ("new_users", 1),
            ("registrations", 1),
            ("dau", 4),
            ("events", 4),
            ("sessions", 4),
        )
    ]
    assert rows(history.added("rule")) == sorted([("sessions", 2, RULE, 1), *gone])


def test_a_full_refresh_keeps_the_ledger_and_finds_the_causes(history: History) -> None:
    assert rows(history.added("from nothing")) == [
        ("dau", 5, LATE, 1),
        ("events", 5, LATE, 1),
        ("net_amount", 3, PAID_BACK, -10),
        ("sessions", 5, LATE, 1),
    ]


def test_the_build_after_a_full_refresh_counts_its_own_changes_only(
    history: History,
) -> None:
    assert rows(history.added("after all")) == [
        ("dau", 6, LATE, 1),
        ("events", 6, LATE, 1),
        ("sessions", 6, LATE, 1),
    ]


def test_the_ledger_is_the_difference_of_figures_counted_from_the_raw_tables(
    history: History,
) -> None:
    names = list(history.figures)
    compared = 0
    for before, name in pairwise(names):
        expected = restated(
            history.figures[before], history.figures[name], history.published[before]
        )
        changes: defaultdict[tuple[str, date], Decimal] = defaultdict(Decimal)
        for row in history.added(name):
            place = row["metric_code"], row["metric_date"]
            changes[place] += row["change"]
            assert row["old_value"] == history.figures[before].get(place, 0)
            assert row["new_value"] == history.figures[name].get(place, 0)
        assert changes == expected, name
        compared += len(expected)
    assert compared > 40


def test_each_build_has_a_number_and_its_as_of_day(history: History) -> None:
    numbers = {
        name: {(row["restatement_number"], row["as_of_date"].day) for row in added}
        for name in list(history.ledgers)
        if (added := history.added(name))
    }
    assert numbers == {
        "changes": {(2, 11)},
        "interrupted": {(4, 12)},
        "rule": {(5, 12)},
        "from nothing": {(6, 12)},
        "after all": {(7, 12)},
    }


def test_the_dbt_tests_of_the_ledger_hold(history: History) -> None:
    outcome = history.warehouse.dbt(
        "test", "--select", "metric_restatements", "metric_daily_figures"
    )
    assert outcome.success, outcome.failed
