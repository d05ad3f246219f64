"""The funnels of the rule seeds on the simulated warehouse, held against an oracle."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import combinations, count
from typing import Any

import pytest
from oracles.clock import period_index, period_start
from oracles.compare import differences
from oracles.funnels import (
    Attempt,
    Condition,
    Happening,
    Plan,
    best_by_day,
    rank,
    steps_of,
)
from oracles.identity import Person
from oracles.spine import spine_of
from warehouses import Warehouse

pytestmark = pytest.mark.xdist_group("simulated")

PROGRAM = "membership"
SPLITS = ("channel", "platform", "tier", "first_channel")
CELL = (
    "funnel_code",
    "period_grain",
    "entry_date",
    *SPLITS,
    "breakdown",
    "step_number",
)


class Funnels:
    """What the tables of funnels must hold."""

    def __init__(self, warehouse: Warehouse) -> None:
        """Keep the warehouse and its spine; nothing is worked out yet."""
        self.warehouse, self.spine = warehouse, spine_of(warehouse)

    @cached_property
    def rules(self) -> list[dict[str, Any]]:
        """The funnels."""
        return self.warehouse.records("from strata_staging.stg_strata__funnels")

    @cached_property
    def plans(self) -> list[Plan]:
        """The funnels as the oracle reads them; none has an exclusion."""
        steps: defaultdict[str, dict[int, list[dict[str, Any]]]]
        steps = defaultdict(lambda: defaultdict(list))
        for row in self.warehouse.records(
            "from strata_staging.stg_strata__funnel_steps"
        ):
            assert row["role"] == "step", "the oracle of the seeds knows no exclusion"
            steps[row["funnel_code"]][row["step_number"]].append(row)
        return [
            Plan(
                code=rule["funnel_code"],
                steps=[
                    self.step(rows)
                    for _, rows in sorted(steps[rule["funnel_code"]].items())
                ],
                window=timedelta(seconds=rule["window_seconds"]),
                order=rule["order_mode"],
                ties=rule["ties"],
                grace=timedelta(seconds=rule["simultaneous_seconds"]),
                reuse=rule["event_use"] == "again",
                first_only=rule["entry"] == "first",
            )
            for rule in self.rules
        ]

    def step(self, rows: Sequence[Mapping[str, Any]]) -> Condition:
        """A step: one of its rows holds, of the first events ever if it asks so."""
        assert len({row["rule_group"] for row in rows}) == len(rows)
        (occurrence,) = {row["occurrence"] for row in rows}
        if occurrence == "every":
            return lambda event: any(_holds(row, event) for row in rows)
        assert occurrence == "first_ever"
        names = {row["event_name"] for row in rows}
        first: dict[Person, datetime] = {}
        for event in self.happenings:
            if names & event["names"]:
                before = first.get(event["person"], event["time"])
                first[event["person"]] = min(before, event["time"])
        return lambda event: (
            first.get(event["person"]) == event["time"]
            and any(_holds(row, event) for row in rows)
        )

    @cached_property
    def happenings(self) -> list[Happening]:
        """Events, and orders that stand."""
        spine = self.spine
        session_of = {
            event.event_id: session
            for session in spine.sessions
            for event in session.events
        }
        found = [
            {
                "id": event.event_id,
                "person": event.person,
                # An event of this name is no order.
                "names": {event.row["event_name"], event.event_type} - {"order"},
                "time": event.event_at,
                "channel": session_of[event.event_id].channel,
                "page": next(iter(session_of[event.event_id].pages), "(none)"),
                "platform": event.platform,
                "product": event.row["product_id"],
                "is_identified": event.is_identified,
            }
            for event in spine.events
        ]
        found += [
            {
                "id": f"order/{order.order_id}",
                "person": order.person,
                "names": {"order"},
                "time": order.ordered_at,
                "channel": "(unknown)",
                "page": "(none)",
                "platform": order.platform,
                "product": None,
                "is_identified": True,
            }
            for order in spine.orders
            if order.stands(spine.clock.as_of_date)
        ]
        return found

    @cached_property
    def attempts(self) -> dict[str, dict[Person, list[Attempt]]]:
        """By funnel and person: the best attempt of each day of entry, by day."""
        found: dict[str, dict[Person, list[Attempt]]] = {}
        for plan in self.plans:
            own: defaultdict[Person, list[Attempt]] = defaultdict(list)
            best = best_by_day(plan, self.happenings)
            for (person, _, _), attempt in sorted(
                best.items(), key=lambda each: each[0][2]
            ):
                own[person].append(attempt)
            found[plan.code] = own
        return found

    @cached_property
    def tiers(self) -> Mapping[Person, Sequence[Mapping[str, Any]]]:
        """The intervals of each person in the program that splits metrics."""
        found: defaultdict[Person, list[Mapping[str, Any]]] = defaultdict(list)
        for membership in self.spine.memberships:
            if membership.program.code == PROGRAM:
                found[membership.person] += membership.history()
        return found

    def is_mature(self, plan: Plan, attempt: Attempt) -> bool:
        """True if the window is over at the end of the as-of day."""
        end = attempt.times[0] + plan.window
        return end.date() <= self.spine.clock.as_of_date

    def splits(self, person: Person, attempt: Attempt) -> dict[str, Any]:
        """Where an attempt began."""
        tier = next(
            (
                each["tier_code"]
                for each in self.tiers[person]
                if each["valid_from"] <= attempt.day < each["valid_to"]
            ),
            "none",
        )
        first = self.spine.lives[person].first_session(self.spine.clock.as_of_date)
        return {
            "channel": attempt.entry["channel"],
            "platform": attempt.entry["platform"],
            "tier": tier,
            "first_channel": first.channel if first else "(unknown)",
        }

    def users(self) -> Iterable[dict[str, Any]]:
        """The rows of metric_funnel_users."""
        for plan in self.plans:
            for person, attempts in self.attempts[plan.code].items():
                for number, attempt in enumerate(attempts, 1):
                    is_mature = self.is_mature(plan, attempt)
                    stop = attempt.stop
                    if stop == "no_event" and not is_mature:
                        stop = "window_open"
                    yield {
                        "funnel_code": plan.code,
                        "person": person,
                        "attempt_number": number,
                        "entered_at": attempt.times[0],
                        "entry_date": attempt.day,
                        "reached_step": attempt.reached,
                        "is_converted": attempt.reached == len(plan.steps),
                        "is_mature": is_mature,
                        "stop_reason": stop,
                        **self.splits(person, attempt),
                        **{
                            f"step_{step}_at": (
                                attempt.times[step - 1]
                                if step <= attempt.reached
                                else None
                            )
                            for step in range(1, 11)
                        },
                    }

    def bests(
        self, plan: Plan, grain: str, *, mature_only: bool
    ) -> dict[tuple[date, Person], Attempt]:
        """The best attempt of each person in each period of entry."""
        found: dict[tuple[date, Person], Attempt] = {}
        for person, attempts in self.attempts[plan.code].items():
            for attempt in attempts:
                if mature_only and not self.is_mature(plan, attempt):
                    continue
                key = self.period(grain, attempt.day), person
                before = found.get(key)
                if before is None or rank(plan, attempt) < rank(plan, before):
                    found[key] = attempt
        return found

    def period(self, grain: str, day: date) -> date:
        """The first day of the period of a day."""
        if grain == "lifetime":
            return self.spine.clock.first_date.replace(day=1)
        return period_start(grain, period_index(grain, day))

    def steps(self, plan: Plan, grain: str) -> Iterable[dict[str, Any]]:
        """The rows of metric_funnel_steps of a funnel and a grain."""
        cells: defaultdict[tuple[Any, ...], tuple[list[Attempt], list[Attempt]]]
        cells = defaultdict(lambda: ([], []))
        for place, mature_only in enumerate((False, True)):
            bests = self.bests(plan, grain, mature_only=mature_only)
            for (period, person), attempt in bests.items():
                whole = dict.fromkeys(SPLITS, "all")
                own = self.splits(person, attempt)
                for split in (None, *SPLITS):
                    members = whole if split is None else whole | {split: own[split]}
                    cells[period, *members.values()][place].append(attempt)
        for (period, *members), (everyone, mature) in cells.items():
            for row in steps_of(plan, everyone, mature):
                yield {
                    "funnel_code": plan.code,
                    "period_grain": grain,
                    "entry_date": period,
                    **dict(zip(SPLITS, members, strict=True)),
                    "breakdown": "all",
                    **row,
                }

    def losses(self, plan: Plan, dimension: str, least: int) -> list[dict[str, Any]]:
        """The rows of metric_micro_conversion of a funnel."""
        category = {
            row["product_id"]: row["category"]
            for row in self.warehouse.records("from strata_core.core_products")
        }
        cells: defaultdict[tuple[str, str, int], list[bool]] = defaultdict(list)
        for attempt in self.bests(plan, "lifetime", mature_only=True).values():
            entry = attempt.entry
            member = (
                entry["page"]
                if dimension == "landing_page"
                else category.get(entry["product"]) or "(none)"
            )
            for step in range(2, min(attempt.reached + 1, len(plan.steps)) + 1):
                cells[entry["channel"], member, step].append(attempt.reached >= step)
        rows = []
        for (channel, member, step), came in cells.items():
            whole = [
                each for key, own in cells.items() if key[2] == step for each in own
            ]
            average = sum(whole) / len(whole)
            rows.append(
                {
                    "funnel_code": plan.code,
                    "channel": channel,
                    "member": member,
                    "step_number": step,
                    "base_users": len(came),
                    "users": sum(came),
                    "conversion_rate": sum(came) / len(came),
                    "average_rate": average,
                    "lost_users": len(came) * average - sum(came),
                    "is_large_enough": len(came) >= least,
                }
            )
        return rows

    def times(self, plan: Plan, wanted: int | None) -> list[dict[str, Any]]:
        """The rows of metric_funnel_times of a funnel."""
        bests = self.bests(plan, "lifetime", mature_only=True).values()
        rows = []
        for first, last in combinations(range(len(plan.steps)), 2):
            taken = [
                max(attempt.times[last] - attempt.times[first], timedelta())
                // timedelta(seconds=1)
                for attempt in bests
                if attempt.reached > last
            ]
            if not taken:
                continue
            cubic = next(each for each in count(1) if each**3 >= len(taken))
            bins = wanted or min(60, cubic)
            least, most = min(taken), max(taken)
            width = -(-(most - least) // bins) or 60
            for number in range(bins + 1):
                begin = least + number * width
                rows.append(
                    {
                        "funnel_code": plan.code,
                        "from_step": first + 1,
                        "to_step": last + 1,
                        "bin_number": number,
                        "bin_start_seconds": begin,
                        "bin_seconds": width,
                        "users": sum(begin <= each < begin + width for each in taken),
                        "all_users": len(taken),
                        "average_seconds": sum(taken) / len(taken),
                    }
                )
        return rows


def _holds(row: Mapping[str, Any], event: Happening) -> bool:
    """True if an event has the name of a row and fulfils its condition."""
    if row["property"] is None:
        return row["event_name"] in event["names"]
    assert row["property"] == "is_identified", "the oracle knows no other property"
    is_met = {
        "eq": str(event["is_identified"]).lower() == row["property_value"],
        "is_null": event["is_identified"] is None,
    }
    return row["event_name"] in event["names"] and is_met[row["operator"]]


@pytest.fixture(scope="module")
def funnels(simulated: Warehouse) -> Funnels:
    """The funnels of the simulated warehouse by the oracle."""
    return Funnels(simulated)


def test_every_day_of_entry_holds_the_best_attempt_of_a_person(
    funnels: Funnels,
) -> None:
    mart = funnels.spine.records("strata_metrics.metric_funnel_users")
    for row in mart:
        row["person"] = funnels.spine.person_of_key[row["user_key"]]
    said = differences(
        mart, funnels.users(), ("funnel_code", "person", "attempt_number")
    )
    assert not said, said


@pytest.mark.parametrize("grain", ["day", "week", "month", "lifetime"])
def test_steps_count_each_person_once_by_the_best_attempt(
    funnels: Funnels, grain: str
) -> None:
    mart = [
        row
        for row in funnels.spine.records("strata_metrics.metric_funnel_steps")
        if row["period_grain"] == grain
    ]
    expected = [row for plan in funnels.plans for row in funnels.steps(plan, grain)]
    said = differences(mart, expected, CELL)
    assert not said, said


def test_micro_conversion_tells_who_is_lost_against_the_average(
    funnels: Funnels,
) -> None:
    rules = {rule["funnel_code"]: rule for rule in funnels.rules}
    expected = [
        row
        for plan in funnels.plans
        if (dimension := rules[plan.code]["cell_dimension"])
        for row in funnels.losses(plan, dimension, rules[plan.code]["minimum_users"])
    ]
    assert expected
    mart = funnels.spine.records("strata_metrics.metric_micro_conversion")
    key = ("funnel_code", "channel", "member", "step_number")
    said = differences(mart, expected, key)
    assert not said, said
    for code in {row["funnel_code"] for row in mart}:
        ranked = sorted(
            (row for row in mart if row["funnel_code"] == code and row["lost_rank"]),
            key=lambda row: row["lost_rank"],
        )
        lost = [round(row["lost_users"], 6) for row in ranked]
        assert lost == sorted(lost, reverse=True)


def test_the_times_between_steps_are_those_of_the_best_attempts(
    funnels: Funnels,
) -> None:
    bins = {rule["funnel_code"]: rule["time_bins"] for rule in funnels.rules}
    expected = [
        row for plan in funnels.plans for row in funnels.times(plan, bins[plan.code])
    ]
    assert expected
    said = differences(
        funnels.spine.records("strata_metrics.metric_funnel_times"),
        expected,
        ("funnel_code", "from_step", "to_step", "bin_number"),
    )
    assert not said, said


# Who did what, one hour after the other; a name in capitals is of a visit logged in.
VISITORS = {
    "looks_later": "page_view SIGN_UP PRODUCT_VIEW",
    "never_looks": "page_view SIGN_UP",
    "logs_in": "LOGIN PRODUCT_VIEW",
    "logs_in_and_out": "LOGIN product_view",
    "remembered": "PAGE_VIEW PRODUCT_VIEW",
    "looks_only": "product_view",
    "lost": "page_view product_view login",
    "won": "page_view product_view SIGN_UP",
}


def test_only_who_has_no_account_yet_can_be_lost_at_registration(
    new_warehouse: Callable[[str], Warehouse],
) -> None:
    warehouse = new_warehouse("visitors")
    rows = ", ".join(
        f"('{person}/{hour}', 'd_{person}', '{person if name.isupper() else ''}',"
        f" '{name.lower()}', timestamp '2026-03-02 {8 + hour:02}:00:00')"
        for person, names in VISITORS.items()
        for hour, name in enumerate(names.split())
    )
    warehouse.execute(
        "create schema raw",
        f"create table raw.events as from (values {rows}) as"
        " t(event_id, anonymous_id, user_id, event_name, event_at)",
    )
    warehouse.seed()
    outcome = warehouse.dbt(
        "run",
        *("--select", "+metric_micro_conversion", "+metric_funnel_users"),
        variables={"strata__as_of_date": "2026-03-31"},
    )
    assert outcome.success, outcome.failed or outcome.messages[-5:]
    told: dict[str, dict[str, int]] = {"registration": {}, "registration_landing": {}}
    for funnel, device, step in warehouse.rows(
        "select distinct funnel_code, anonymous_id, reached_step"
        " from strata_metrics.metric_funnel_users inner join strata_core.core_events"
        " using (user_key) inner join raw.events using (event_id)"
    ):
        told.setdefault(funnel, {})[device.removeprefix("d_")] = step
    assert told["registration"] == {"looks_only": 1, "lost": 1, "won": 2}
    assert told["registration_landing"] == {
        "looks_later": 2,
        "never_looks": 2,
        "lost": 1,
        "won": 2,
    }
