"""Retention on the calendar: who comes back in the periods after a start."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from oracles.clock import DAY, Clock, period_index, period_start
from oracles.days import Day
from oracles.features import ratio
from oracles.identity import Person
from oracles.rules import Rule
from oracles.sessions import Event

Days = Mapping[Person, Sequence[date]]


@dataclass(frozen=True)
class Cohort:
    """Who started in a period: the first day, and the periods with a return."""

    definition: Rule
    index: int
    started: Mapping[Person, date]
    returned: Mapping[Person, set[int]]

    @property
    def cohort_date(self) -> date:
        """The first day of the period."""
        return period_start(self.definition["grain"], self.index)

    def numbers(self, as_of_date: date) -> range:
        """The periods begun by the as-of day, as many as the definition wants."""
        today = period_index(self.definition["grain"], as_of_date)
        return range(min(self.definition["periods"], today - self.index) + 1)

    def retained(self, number: int) -> set[Person]:
        """Who counts as retained in a period after the start."""
        kind = self.definition["kind"]
        return {
            person
            for person, numbers in self.returned.items()
            if is_retained(kind, numbers, number)
        }


def event_days(
    name: str, days: Mapping[tuple[Person, date], Day], events: Iterable[Event]
) -> Days:
    """The days of each person with an event by name or type, an order, or anything."""
    pairs: set[tuple[Person, date]]
    if name == "any":
        pairs = set(days)
    elif name == "order":
        pairs = {place for place, day in days.items() if day.orders}
    else:
        pairs = {
            (event.person, event.day)
            for event in events
            if name in (event.row["event_name"], event.event_type)
        }
    found: defaultdict[Person, list[date]] = defaultdict(list)
    for person, day in sorted(pairs):
        found[person].append(day)
    return found


def _starters(
    starts: Days, scope: str, grain: str
) -> Mapping[int, Mapping[Person, date]]:
    """Who starts in which period, and on which day first."""
    found: defaultdict[int, dict[Person, date]] = defaultdict(dict)
    for person, days in starts.items():
        for day in days[:1] if scope == "first_ever" else days:
            found[period_index(grain, day)].setdefault(person, day)
    return found


def is_retained(kind: str, numbers: set[int], number: int) -> bool:
    """True if returns in some periods after the start count for one of them."""
    if kind == "on_or_after":
        return any(each >= number for each in numbers)
    if kind == "on_or_before" and number > 0:
        return any(1 <= each <= number for each in numbers)
    return number in numbers


def read_cohorts(
    rule: Rule,
    days: Mapping[tuple[Person, date], Day],
    events: Sequence[Event],
) -> list[Cohort]:
    """The cohorts of one definition; returns count from the first start day on."""
    grain = rule["grain"]
    returns = event_days(rule["return_event"], days, events)
    starts = event_days(rule["start_event"], days, events)
    return [
        Cohort(
            definition=rule,
            index=index,
            started=people,
            returned={
                person: {
                    period_index(grain, day) - index
                    for day in returns.get(person, ())
                    if day >= started
                }
                for person, started in people.items()
            },
        )
        for index, people in _starters(starts, rule["start_scope"], grain).items()
    ]


def read_retention(cohorts: Iterable[Cohort], clock: Clock) -> list[dict[str, Any]]:
    """One row per cohort and period, also where nobody is retained."""
    found = []
    for cohort in cohorts:
        for number in cohort.numbers(clock.as_of_date):
            end = period_start(cohort.definition["grain"], cohort.index + number + 1)
            is_mature = end - DAY <= clock.as_of_date
            mature = len(cohort.started) if is_mature else 0
            retained = len(cohort.retained(number))
            found.append(
                {
                    "definition_code": cohort.definition["definition_code"],
                    "cohort_date": cohort.cohort_date,
                    "period_number": number,
                    "cohort_users": len(cohort.started),
                    "mature_users": mature,
                    "retained_users": retained,
                    "retention_rate": ratio(retained, mature),
                    "is_mature": is_mature,
                }
            )
    return found
