"""Retention: who comes back in the periods after a start, by calendar or by clock."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from oracles.clock import DAY, Clock, period_index, period_start
from oracles.features import ratio
from oracles.identity import Person
from oracles.orders import Order
from oracles.rules import Rule
from oracles.sessions import Event

Moments = Mapping[Person, Sequence[datetime]]
# Of an event and a filter: the property and its value, or two times nothing.
Finder = Callable[[str, str | None, str | None], Moments]

HOUR = timedelta(hours=1)
LENGTHS = {"hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 30 * DAY}
COLUMNS = frozenset(
    {
        "platform",
        "page",
        "product_id",
        "content_id",
        "referrer",
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_content",
        "utm_term",
    }
)


@dataclass(frozen=True)
class Cohort:
    """Who started in a period: the first time, and the periods with enough returns."""

    definition: Rule
    index: int
    started: Mapping[Person, datetime]
    returned: Mapping[Person, set[int]]

    @property
    def begins(self) -> datetime:
        """When the period begins."""
        return start_of(self.definition["grain"], self.index)

    @property
    def place(self) -> dict[str, Any]:
        """The cohort as the tables write it."""
        return {
            "definition_code": self.definition["definition_code"],
            "cohort_date": self.begins.date(),
            "cohort_hour": self.begins.hour,
        }

    def counts_from(self, person: Person) -> datetime:
        """When period 0 of a person began; of an hour the day is told."""
        if self.definition["clock"] == "calendar":
            return datetime.combine(self.begins.date(), time())
        if self.definition["clock"] == "rolling_hour":
            return floored(self.started[person])
        return self.started[person]

    def bounds(self, person: Person, number: int) -> tuple[datetime, datetime]:
        """When a period of a person, or a bracket of periods, begins and ends."""
        grain = self.definition["grain"]
        first, last = brackets(self.definition).get(number, (number, number))
        if self.definition["clock"] == "calendar":
            return (
                start_of(grain, self.index + first),
                start_of(grain, self.index + last + 1),
            )
        begin = self.counts_from(person)
        return begin + first * LENGTHS[grain], begin + (last + 1) * LENGTHS[grain]

    def numbers(self, end: datetime) -> list[int]:
        """The periods begun for somebody, as many as the definition wants."""
        told = brackets(self.definition)
        return [
            number
            for number in range(self.definition["periods"] + 1)
            if (self.definition["kind"] != "bracket" or number in told)
            and any(self.bounds(person, number)[0] < end for person in self.started)
        ]

    def mature(self, number: int, end: datetime) -> set[Person]:
        """Whose period is over."""
        return {
            person for person in self.started if self.bounds(person, number)[1] <= end
        }

    def retained(self, number: int) -> set[Person]:
        """Who counts as retained in a period after the start."""
        kind = self.definition["kind"]
        return {
            person
            for person, numbers in self.returned.items()
            if is_retained(kind, numbers, number)
        }


def with_brackets(rule: Rule, rows: Iterable[Rule]) -> Rule:
    """A definition with its brackets."""
    return rule | {
        "brackets": {
            row["bracket_number"]: (row["from_period"], row["to_period"])
            for row in rows
            if row["definition_code"] == rule["definition_code"]
        }
    }


def brackets(rule: Rule) -> Mapping[int, tuple[int, int]]:
    """The first and the last period of each bracket of a definition."""
    return rule.get("brackets", {})


def index_of(grain: str, moment: datetime) -> int:
    """The number of a moment's period."""
    if grain == "hour":
        return 24 * period_index("day", moment.date()) + moment.hour
    return period_index(grain, moment.date())


def start_of(grain: str, index: int) -> datetime:
    """When a period begins."""
    if grain == "hour":
        return start_of("day", index // 24) + index % 24 * HOUR
    return datetime.combine(period_start(grain, index), time())


def floored(moment: datetime) -> datetime:
    """The full hour of a moment."""
    return moment.replace(minute=0, second=0, microsecond=0)


def end_of(clock: Clock) -> datetime:
    """The moment at which the as-of day is over."""
    return datetime.combine(clock.as_of_date + DAY, time())


def property_of(row: Mapping[str, Any], name: str) -> str | None:
    """A column of an event, or else a key of its properties, as text."""
    if name in COLUMNS:
        value = row[name]
        return None if value is None else str(value)
    try:
        value = json.loads(row["properties"] or "{}").get(name)
    except json.JSONDecodeError:
        return None
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def read_moments(
    events: Iterable[Event], orders: Iterable[Order], as_of_date: date
) -> Finder:
    """A search for the times of an event by name or type, of orders or of anything."""
    events, orders = list(events), list(orders)

    def find(event: str, name: str | None, value: str | None) -> Moments:
        found: defaultdict[Person, list[datetime]] = defaultdict(list)
        for each in events if event != "order" else ():
            named = event in ("any", each.row["event_name"], each.event_type)
            if named and (not name or property_of(each.row, name) == value):
                found[each.person].append(each.event_at)
        for order in orders if event in ("any", "order") and not name else ():
            if event == "any" or order.stands(as_of_date):
                found[order.person].append(order.ordered_at)
        return {person: sorted(times) for person, times in found.items()}

    return find


def _starters(
    rule: Rule, starts: Moments, unfiltered: Moments
) -> Mapping[int, Mapping[Person, datetime]]:
    """Who starts in which period, and when first."""
    found: defaultdict[int, dict[Person, datetime]] = defaultdict(dict)
    for person, times in starts.items():
        counting = times if rule["start_scope"] == "every" else times[:1]
        if rule["start_scope"] == "first_of_event":
            counting = [each for each in counting if each == unfiltered[person][0]]
        for each in counting:
            index = index_of(rule["grain"], each)
            found[index].setdefault(person, each)
    return found


def is_retained(kind: str, numbers: set[int], number: int) -> bool:
    """True if returns in some periods after the start count for one of them."""
    if kind == "on_or_after":
        return any(each >= number for each in numbers)
    if kind == "on_or_before" and number > 0:
        return any(1 <= each <= number for each in numbers)
    return number in numbers


def _numbers(
    rule: Rule, index: int, started: datetime, times: Sequence[datetime]
) -> set[int]:
    """The periods with enough returns at the start or later."""
    if rule["clock"] == "calendar":
        numbers = [
            index_of(rule["grain"], each) - index
            for each in times
            if each.date() >= started.date() and index_of(rule["grain"], each) >= index
        ]
    else:
        origin = floored(started) if rule["clock"] == "rolling_hour" else started
        length = LENGTHS[rule["grain"]]
        numbers = [(each - origin) // length for each in times if each >= origin]
    if rule["kind"] == "bracket":
        numbers = [
            bracket
            for number in numbers
            for bracket, (first, last) in brackets(rule).items()
            if first <= number <= last
        ]
    return {
        number
        for number, count in Counter(numbers).items()
        if count >= rule["minimum_returns"]
    }


def read_cohorts(rule: Rule, find: Finder) -> list[Cohort]:
    """The cohorts of one definition."""
    starts, returns = (
        find(*(rule[f"{side}_{part}"] for part in ("event", "property")), value)
        for side in ("start", "return")
        for value in (rule[f"{side}_property_value"],)
    )
    unfiltered = find(rule["start_event"], None, None)
    return [
        Cohort(
            definition=rule,
            index=index,
            started=people,
            returned={
                person: _numbers(rule, index, started, returns.get(person, ()))
                for person, started in people.items()
            },
        )
        for index, people in _starters(rule, starts, unfiltered).items()
    ]


def is_counted(rule: Rule) -> bool:
    """True if the warehouse counts returns by period and keeps no persons."""
    return bool(
        rule["kind"] == "on"
        and rule["clock"] == "calendar"
        and rule["grain"] != "hour"
        and rule["minimum_returns"] == 1
        and not rule["is_split"]
    )


def read_retention(
    cohorts: Iterable[Cohort],
    clock: Clock,
    members: Callable[[Cohort], Mapping[tuple[str, str], set[Person]]] | None = None,
) -> Iterator[dict[str, Any]]:
    """One row per cohort and period, also where nobody is retained.

    With `members`, one per dimension and member instead.
    """
    end = end_of(clock)
    for cohort in cohorts:
        groups = members(cohort) if members else {("all", "all"): set(cohort.started)}
        for (dimension, member), people in groups.items():
            part = Cohort(
                cohort.definition,
                cohort.index,
                {who: cohort.started[who] for who in people},
                {who: cohort.returned[who] for who in people},
            )
            for number in part.numbers(end):
                mature, retained = part.mature(number, end), part.retained(number)
                yield {
                    **cohort.place,
                    **({"dimension": dimension, "member": member} if members else {}),
                    "period_number": number,
                    "cohort_users": len(people),
                    "mature_users": len(mature),
                    "retained_users": len(retained),
                    "mature_retained_users": len(retained & mature),
                    "retention_rate": ratio(len(retained & mature), len(mature)),
                    "is_mature": len(mature) == len(people),
                }
