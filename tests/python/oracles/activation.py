"""What people do in their first days, and who is still there weeks later."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import sqrt
from typing import Any

from oracles.clock import Clock
from oracles.days import Day
from oracles.features import ratio
from oracles.identity import Person
from oracles.people import Life
from oracles.rules import Rule
from oracles.sessions import Event
from oracles.shares import high_share, low_share, z_of

Counts = Mapping[Person, Mapping[date, int]]


def count_days(
    name: str, days: Mapping[tuple[Person, date], Day], events: Iterable[Event]
) -> Counts:
    """How often each person did something on each day; a day of orders may have 0."""
    found: defaultdict[Person, Counter[date]] = defaultdict(Counter)
    if name in ("any", "order"):
        for (person, when), day in days.items():
            if name == "any" or day.orders:
                found[person][when] = day.orders + (day.events if name == "any" else 0)
        return found
    for event in events:
        if name in (event.row["event_name"], event.event_type):
            found[event.person][event.day] += 1
    return found


def _start(rule: Rule, life: Life) -> date | None:
    """Day 0 of a person by a definition."""
    at = life.registered_at if rule["start"] == "registered" else life.first_seen_at
    return at.date() if at else None


def _did(behaviour: Rule, counts: Mapping[date, int], start: date) -> bool:
    """True if a person did it often enough in the first days."""
    own = [
        count
        for day, count in counts.items()
        if 0 <= (day - start).days < behaviour["within_days"]
    ]
    reached = len(own) if behaviour["measure"] == "days" else sum(own)
    return reached >= behaviour["minimum_count"]


def read_activation(
    lives: Mapping[Person, Life],
    days: Mapping[tuple[Person, date], Day],
    events: Sequence[Event],
    definitions: Iterable[Rule],
    behaviours: Sequence[Rule],
    clock: Clock,
) -> Iterator[dict[str, Any]]:
    """One row per definition with anybody, and behaviour."""
    counted = {
        rule["behaviour_code"]: count_days(rule["event_name"], days, events)
        for rule in behaviours
    }
    active: defaultdict[Person, set[date]] = defaultdict(set)
    for person, day in days:
        active[person].add(day)
    for rule in definitions:
        starts = {person: _start(rule, life) for person, life in lives.items()}
        people = {
            person: start
            for person, start in starts.items()
            if start
            and start >= clock.first_date
            and start + timedelta(days=rule["to_day"]) <= clock.as_of_date
        }
        retained = {
            person
            for person, start in people.items()
            if any(
                rule["from_day"] <= (day - start).days <= rule["to_day"]
                for day in active[person]
            )
        }
        rows = []
        for behaviour in behaviours:
            counts = counted[behaviour["behaviour_code"]]
            did = {
                person
                for person, start in people.items()
                if _did(behaviour, counts.get(person, {}), start)
            }
            rows.append(_compared(rule, behaviour, set(people), did, retained))
        able = [row for row in rows if row["is_enough"]]
        able.sort(key=lambda row: (-row["impact"], row["behaviour_code"]))
        for row in rows if people else ():
            row["behaviour_rank"] = able.index(row) + 1 if row in able else None
            yield row


def _compared(
    rule: Rule,
    behaviour: Rule,
    people: set[Person],
    did: set[Person],
    retained: set[Person],
) -> dict[str, Any]:
    """Those who did it against those who did not."""
    others = people - did
    kept, stayed = len(did & retained), len(others & retained)
    enough = min(len(did), len(others)) >= rule["minimum_users"]
    row: dict[str, Any] = {
        "definition_code": rule["definition_code"],
        "behaviour_code": behaviour["behaviour_code"],
        "users": len(people),
        "users_with": len(did),
        "reach_rate": ratio(len(did), len(people)),
        "retained_with": kept,
        "users_without": len(others),
        "retained_without": stayed,
        "is_enough": enough,
        **dict.fromkeys(
            (
                "with_retention_rate",
                "without_retention_rate",
                "lift",
                "lift_ratio",
                "low_lift",
                "impact",
                "is_certain",
            )
        ),
    }
    if enough:
        z = z_of(rule["confidence"])
        one, other = kept / len(did), stayed / len(others)
        below = one - low_share(kept, len(did), z)
        above = high_share(stayed, len(others), z) - other
        low = one - other - sqrt(below**2 + above**2)
        row |= {
            "with_retention_rate": one,
            "without_retention_rate": other,
            "lift": one - other,
            "lift_ratio": ratio(one, other),
            "low_lift": low,
            "impact": (one - other) * len(did) / len(people),
            "is_certain": low > 0,
        }
    return row
