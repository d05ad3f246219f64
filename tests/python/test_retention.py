"""Retention, lifecycle and stickiness in small shops, through the real models.

Each reference case is a shop of its own in one warehouse: its people and the names of
its events carry its name, and so do the definitions, which go into the seeds once dbt
has loaded them. Stickiness is asked of the last periods up to the as-of day, so these
cases are moved in time until theirs is that day. Beside them are random people, held
against the oracles under definitions of every kind, and the page that compares the
presets.
"""

import csv
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, chain, product
from typing import Any

import pytest
from funnel_cases import OPERATORS
from oracles.activity import read_lifecycle, read_stickiness
from oracles.clock import Clock, period_index, period_start
from oracles.compare import differences
from oracles.retention import (
    Moments,
    read_cohorts,
    read_retention,
    start_of,
    with_brackets,
)
from own_cases import OWN
from published import STRANGE, Case, read_cases
from warehouses import ROOT, Warehouse

pytestmark = pytest.mark.xdist_group("retention")

KINDS = ("retention", "lifecycle", "stickiness")
PAGE = ROOT / "docs/retention.md"
AS_OF = date(2024, 3, 9)  # a Saturday, the last day of a week from Sunday on
LATE = date(2030, 3, 9)  # that of cases with later events
UNIT = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(7)}
# What cannot be asked, and why.
OUT_OF_SCOPE: dict[str, str] = {}
SCOPES = {
    "recurring": "every",
    "first_time": "first_ever",
    "first_ever": "first_of_event",
}

# What a breakdown calls the values beyond its limit, and events without one.
OTHER, NONE = "Other", ("", "(none)")

KNOWN = {
    "aggregate_by",
    "brackets",
    "breakdown",
    "clock",
    "cols",
    "conditions",
    "criteria",
    "cumulative",
    "date_from",
    "date_to",
    "event",
    "first_period_start",
    "function",
    "interval",
    "interval_count",
    "kind",
    "minimum_occurrences",
    "period",
    "periods",
    "return_event",
    "rows",
    "rule",
    "start_event",
    "time_window_mode",
    "timezone",
    "type",
    "week_start",
    "where",
}

GRAINS = {"hour", "day", "week", "month"}
KNOWN_VALUES: Mapping[str, Collection[str]] = {
    "clock": {"calendar", "rolling", "rolling_hour"},
    "interval": GRAINS,
    "kind": {"on", "on_or_after", "on_or_before"},
    "of": {"event", "person"},
    "op": OPERATORS.keys(),
    "period": GRAINS,
    "time_window_mode": {"24_hour_windows"},
    "type": SCOPES.keys(),
}

Settings = tuple[str, str, date]


def cases() -> Iterator[tuple[str, str, Case]]:
    """The cases of the shared folder, where it is there, and our own."""
    for kind, own in OWN.items():
        for name, case in own.items():
            yield kind, f"own_{kind}_{name}", case
    for kind in KINDS:
        for name, case in read_cases(kind).items():
            yield kind, name, case


CASES = {name: (kind, case) for kind, name, case in cases()}


@dataclass
class Shop:
    """What a case puts into the raw tables and into the rules."""

    events: list[tuple[Any, ...]] = field(default_factory=list)
    users: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    retention: list[dict[str, Any]] = field(default_factory=list)
    brackets: list[dict[str, Any]] = field(default_factory=list)
    named: list[dict[str, Any]] = field(default_factory=list)
    activities: list[dict[str, Any]] = field(default_factory=list)
    stickiness: list[dict[str, Any]] = field(default_factory=list)


def unknown(case: Case) -> set[str]:
    """What a case asks for that has no words here."""
    spec = case["spec"]
    events = (spec.get(f"{side}event", {}) for side in ("", "start_", "return_"))
    where = [each for part in (spec, *events) for each in part.get("where", ())]
    told = [*spec.items(), *(item for each in where for item in each.items())]
    found = {
        f"{word} {value}"
        for word, value in told
        if word in KNOWN_VALUES and value not in KNOWN_VALUES[word]
    }
    on_return = spec.get("return_event", {}).get("where", ())
    if any(each["of"] == "person" for each in on_return):
        found.add("a return of some persons")
    return found | (spec.keys() - KNOWN)


def is_asked(name: str) -> bool:
    """True if a case can be asked here."""
    return name not in OUT_OF_SCOPE and not unknown(CASES[name][1])


def settings(kind: str, case: Case) -> Settings:
    """The zone, the first day of the week and the as-of day that a case needs."""
    spec = case["spec"]
    grain = spec.get("period", spec.get("interval"))
    week_start = spec.get("week_start", "sunday") if grain == "week" else "monday"
    late = kind != "stickiness" and any(
        moment(event["ts"]).date() > AS_OF for event in case["events"]
    )
    return spec.get("timezone", "UTC"), week_start, LATE if late else AS_OF


def filters(
    shop: Shop, name: str, spec: Mapping[str, Any], prefix: str = "", code: str = ""
) -> dict[str, Any]:
    """The event of a definition and its filter: one value of a property is a filter of
    the definition, anything else makes a named event.
    """
    where = [each for each in spec.get("where", ()) if each["of"] == "event"]
    event = spec.get("event")
    own = "any" if event is None else f"{name}/{event}"
    if event is None:
        # Of the case, as there are others beside it.
        where.append({"key": "case", "op": "exact", "value": name, "of": "event"})
    found: dict[str, Any] = {f"{prefix}{part}": None for part in FILTER}
    if not where:
        return found | {f"{prefix}event": own}
    listed = [values_of(each) for each in where]
    if len(where) == len(listed[0]) == 1 and where[0]["op"] == "exact":
        ((value,),) = listed
        filled = (own, where[0]["key"], value)
        return dict(zip(found, filled, strict=True))
    code = f"{code or name}/named/{prefix}"
    for group, chosen in enumerate(product(*listed), 1):
        for each, value in zip(where, chosen, strict=True):
            shop.named.append(
                {
                    "event_code": code,
                    "rule_group": group,
                    "event_name": None if event is None else own,
                    "property": each["key"],
                    "operator": OPERATORS[each["op"]],
                    "property_value": value,
                }
            )
    return found | {f"{prefix}event": code}


FILTER = ("event", "property", "property_value")


def values_of(condition: Mapping[str, Any]) -> list[str | None]:
    """The values of a condition, one of which is enough, as text."""
    value = condition.get("value")
    listed = value if isinstance(value, list) else [value]
    return [
        each if each is None or isinstance(each, str) else json.dumps(each)
        for each in listed
    ]


FITS: Mapping[str, Callable[[str, str], bool]] = {
    "exact": lambda own, value: own == value,
    "is_not": lambda own, value: own != value,
    "icontains": lambda own, value: value.lower() in own.lower(),
    "not_icontains": lambda own, value: value.lower() not in own.lower(),
    "is_set": lambda own, _: bool(own),
    "is_not_set": lambda own, _: not own,
}


def is_kept(person: Mapping[str, Any], where: Iterable[Mapping[str, Any]]) -> bool:
    """True if a person is none of those whom a filter on persons leaves out."""
    return all(
        any(
            FITS[each["op"]](
                str(person.get("properties", {}).get(each["key"], "")), value or ""
            )
            for value in values_of(each)
        )
        for each in where
        if each["of"] == "person"
    )


def moment(text: str) -> datetime:
    """A moment of a case, which may say its zone, in UTC."""
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at


def moved(kind: str, spec: Mapping[str, Any], at: datetime) -> datetime:
    """When a moment of a case is here: those of stickiness move with the end of their
    range to the as-of day, those of a month to its first days.
    """
    if kind != "stickiness":
        return at
    last, grain = moment(spec["date_to"]), spec["interval"]
    if grain == "month":
        back = period_index("month", last) - period_index("month", at) + rest(spec)
        index = period_index("month", AS_OF) - back
        first = datetime.combine(period_start("month", index), at.time())
        return first + timedelta(days=at.day % AS_OF.day)
    begins = last.replace(minute=0, second=0, microsecond=0)
    if grain != "hour":
        day = week_of(last, spec) if grain == "week" else last.date()
        begins = datetime.combine(day, time())
    after = datetime.combine(AS_OF, time()) + timedelta(days=1)
    late = (begins + UNIT[grain] - after) // UNIT[grain] + rest(spec)
    return at - late * UNIT[grain]


def stretches(spec: Mapping[str, Any]) -> int:
    """How many hours, days, weeks or months the range of a case has."""
    grain = spec["interval"]
    first, last = (moment(spec[f"date_{side}"]) for side in ("from", "to"))
    if grain == "week":
        return (week_of(last, spec) - week_of(first, spec)).days // 7 + 1
    if grain == "month":
        return period_index("month", last) - period_index("month", first) + 1
    return (last - first) // UNIT[grain] + 1


def rest(spec: Mapping[str, Any]) -> int:
    """How many of them the last period of a range lacks, where it takes several."""
    return -stretches(spec) % spec.get("interval_count", 1)


def actor_of(event: Mapping[str, Any], spec: Mapping[str, Any]) -> Any:
    """Who acts: the person, the raw id, or what a property of the event names."""
    by = spec.get("aggregate_by", "person")
    if by in ("person", "distinct_id"):
        return event[by]
    return event.get("props", {}).get(by)


def shop_of(kind: str, name: str, case: Case) -> Shop:
    """What a case asks, in our words."""
    shop, spec = Shop(), case["spec"]
    last = moment(spec["date_to"]) if "date_to" in spec else None
    for number, event in enumerate(case["events"]):
        at = moment(event["ts"])
        actor = actor_of(event, spec)
        if actor is not None and (last is None or at <= last):
            shop.events.append(
                (
                    f"{name}-{number}",
                    f"{name}/{actor}/{event['distinct_id']}",
                    f"{name}/{actor}",
                    f"{name}/{event['event']}",
                    moved(kind, spec, at),
                    json.dumps(event.get("props", {}) | {"case": name}),
                )
            )
    breakdown = spec.get("breakdown", {})
    where = [
        *spec.get("where", ()),
        *spec.get("event", spec.get("start_event", {})).get("where", ()),
    ]
    for person in case.get("persons", ()):
        properties = person.get("properties", {})
        # An attribute by which a case breaks down is the country here.
        country = properties.get(breakdown.get("property", ""))
        internal = not is_kept(person, where)
        created = person.get("created_at")
        by_id = spec.get("aggregate_by") == "distinct_id"
        for actor in person["distinct_ids"] if by_id else (person["person"],):
            if internal or country or created:
                shop.users[f"{name}/{actor}"] = (
                    created and moment(created),
                    country,
                    internal,
                )
    {"retention": _retention, "lifecycle": _lifecycle, "stickiness": _stickiness}[kind](
        shop, name, case
    )
    return shop


def _retention(shop: Shop, name: str, case: Case) -> None:
    """The definitions of a case of retention, one for each value of a property of
    events by which it breaks down.
    """
    spec = case["spec"]
    if spec.get("function") == "retention":
        events = {f"{side}_event": f"{name}/active" for side in ("start", "return")}
        days = [date.fromisoformat(each["event_date"]) for each in spec["conditions"]]
        more: dict[str, Any] = {"start_scope": "every", "is_split": True}
        more["periods"] = max(0, (max(days) - days[0]).days)
        shop.retention.append(retention_rule(name, **events, **more))
        return
    breakdown = spec.get("breakdown", {})
    values: Mapping[str, Sequence[Any]] = {name: ()}
    if breakdown.get("type") == "event":
        asked = case["expected"]["tables"]
        values = {
            f"{name}={value}": having(breakdown["property"], value, asked)
            for value in asked
        }
    for code, where in values.items():
        on_return = where if breakdown.get("return_must_match") else ()
        rule = retention_rule(
            code,
            **filters(shop, name, _beside(spec, "start_event", where), "start_", code),
            **filters(
                shop, name, _beside(spec, "return_event", on_return), "return_", code
            ),
            **how(spec),
            minimum_returns=spec.get("minimum_occurrences", 1),
            grain=spec["period"],
            periods=max(chain.from_iterable(columns_of(case))),
            is_split=breakdown.get("type") == "person",
        )
        if "brackets" in spec and rule["kind"] == "on":
            rule |= {"kind": "bracket", "periods": len(spec["brackets"])}
            shop.brackets += bracket_rules(code, spec["brackets"])
        shop.retention.append(rule)


def columns_of(case: Case) -> Iterator[Sequence[int]]:
    """The periods that each row of the tables of a case tells."""
    spec, expected = case["spec"], case["expected"]
    tables = expected.get("tables", {"": expected.get("table")})
    for row in chain.from_iterable(tables.values()):
        # In a bracket or later is in its first period or later.
        if "brackets" in spec and spec.get("cumulative"):
            begun = bracket_rules("", spec["brackets"])
            yield [rule["from_period"] for rule in begun]
        else:
            yield range(len(row))


def how(spec: Mapping[str, Any]) -> dict[str, str]:
    """The scope, kind and clock of a case. The windows of 24 hours of PostHog count
    from the first start of a person, also where starts recur.
    """
    if spec.get("time_window_mode") == "24_hour_windows":
        recurring = spec["type"] == "recurring"
        scope = "first_ever" if recurring else SCOPES[spec["type"]]
        return {"start_scope": scope, "kind": "on", "clock": "rolling"}
    return {
        "start_scope": SCOPES[spec["type"]],
        "kind": "on_or_after" if spec.get("cumulative") else spec.get("kind", "on"),
        "clock": spec.get("clock", "calendar"),
    }


def having(name: str, value: str, asked: Iterable[str]) -> list[dict[str, Any]]:
    """The conditions on an event of one value of a breakdown."""
    about = {"key": name, "of": "event"}
    if value == OTHER:
        named = (each for each in asked if each not in (OTHER, *NONE))
        others = [about | {"op": "is_not", "value": each} for each in named]
        return [about | {"op": "is_set"}, *others]
    if value in NONE:
        return [about | {"op": "is_not_set"}]
    return [about | {"op": "exact", "value": value}]


def retention_rule(name: str, **more: Any) -> dict[str, Any]:
    """A definition of retention, by default of days on the calendar."""
    return {
        "definition_code": name,
        "start_property": None,
        "start_property_value": None,
        "return_property": None,
        "return_property_value": None,
        "minimum_returns": 1,
        "kind": "on",
        "clock": "calendar",
        "grain": "day",
        "periods": 14,
        "is_split": False,
    } | more


def bracket_rules(name: str, lengths: Sequence[int]) -> list[dict[str, Any]]:
    """The period of the start, then brackets of so many periods each."""
    ends = [*accumulate((0, *lengths))]
    return [
        {
            "definition_code": name,
            "bracket_number": number,
            "from_period": end - length + 1 if number else 0,
            "to_period": end,
        }
        for number, (length, end) in enumerate(zip((1, *lengths), ends, strict=True))
    ]


def activity_rule(name: str, **more: Any) -> dict[str, Any]:
    """A definition of activity, by default of any number of times."""
    return {
        "activity_code": name,
        "property": None,
        "property_value": None,
        "minimum_occurrences": 1,
        "maximum_occurrences": None,
        "new_by": "activity",
        "has_hours": False,
    } | more


def _beside(
    spec: Mapping[str, Any], event: str, more: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """An event of a case with its own filters and those that stand beside it."""
    where = (*spec[event].get("where", ()), *spec.get("where", ()), *more)
    return spec[event] | {"where": where}


def _lifecycle(shop: Shop, name: str, case: Case) -> None:
    """The definition of a case of a lifecycle, where creation makes new."""
    rule = activity_rule(
        name,
        **filters(shop, name, _beside(case["spec"], "event")),
        new_by="registration",
        has_hours=case["spec"]["interval"] == "hour",
    )
    shop.activities.append(rule)


def _stickiness(shop: Shop, name: str, case: Case) -> None:
    """The definitions of a case of stickiness: so many periods up to the end."""
    spec = case["spec"]
    grain, length = spec["interval"], spec.get("interval_count", 1)
    shop.activities.append(
        activity_rule(
            name,
            **filters(shop, name, _beside(spec, "event")),
            has_hours=grain == "hour",
            **occurrences(spec),
        )
    )
    shop.stickiness.append(
        {
            "stickiness_code": name,
            "activity_code": name,
            "grain": grain,
            "period_length": length,
            "window_kind": "last",
            "window_periods": -(-stretches(spec) // length),
        }
    )


def occurrences(spec: Mapping[str, Any]) -> dict[str, int | None]:
    """How often somebody must have been active in a period."""
    least, most = spec.get("minimum_occurrences", 1), None
    if "criteria" in spec:
        operator, value = spec["criteria"]["operator"], spec["criteria"]["value"]
        least = 1 if operator == "lte" else value
        most = None if operator == "gte" else value
    return {"minimum_occurrences": least, "maximum_occurrences": most}


def week_of(at: datetime, spec: Mapping[str, Any]) -> date:
    """The first day of a week."""
    late = spec.get("week_start", "sunday") == "monday"
    return at.date() - timedelta(days=(at.isoweekday() - late) % 7)


# What is random


PEOPLE = [f"random/{number}" for number in range(40)]
NAMES = ("visit", "buy")
RANDOM_DAYS = 75


def random_events() -> list[tuple[str, str, datetime, dict[str, Any]]]:
    """People, events, times about which much turns, and a property."""
    draw = random.Random(5)
    first = datetime.combine(AS_OF, datetime.min.time()) - timedelta(days=RANDOM_DAYS)
    found = []
    for person in PEOPLE:
        at = first + timedelta(days=draw.randrange(30), hours=draw.randrange(24))
        for _ in range(draw.randrange(1, 40)):
            step = draw.choice((0, 1, 12, 23, 24, 24, 47, 24 * 7, 24 * 30))
            at += timedelta(
                hours=step, microseconds=draw.choice((-1, 0, 0, 1, 59_000_000))
            )
            if at >= first + timedelta(days=RANDOM_DAYS + 1):
                break
            found.append(
                (person, draw.choice(NAMES), at, {"p": draw.choice((1, "1", 2))})
            )
    return found


RANDOM = random_events()


def find(event: str, name: str | None, value: str | None) -> Moments:
    """The times of a random event by person."""
    times: defaultdict[str, list[datetime]] = defaultdict(list)
    for person, each, at, properties in RANDOM:
        if event == f"random/{each}" and (not name or str(properties[name]) == value):
            times[person].append(at)
    return {person: sorted(own) for person, own in times.items()}  # type: ignore[misc]


def random_rules() -> Iterator[dict[str, Any]]:
    """Definitions of every kind, clock, grain and scope, some filtered or counted."""
    asked = product(
        ("on", "on_or_after", "on_or_before", "bracket"),
        ("calendar", "rolling", "rolling_hour"),
        ("hour", "day", "week", "month"),
        ("first_ever", "first_of_event", "every"),
    )
    for number, (kind, clock, grain, scope) in enumerate(asked):
        yield retention_rule(
            f"random/{number}",
            kind=kind,
            clock=clock,
            grain=grain,
            start_scope=scope,
            start_event="random/visit",
            return_event=("random/visit", "random/buy")[number % 2],
            periods=3 if kind == "bracket" else 9,
            minimum_returns=1 + (number % 5 == 0 and clock != "rolling"),
            **(
                {"start_property": "p", "start_property_value": "1"}
                if number % 3
                else {}
            ),
            **(
                {"return_property": "p", "return_property_value": "2"}
                if number % 7 == 0
                else {}
            ),
        )


# Alike but for their kind.
PAIRS = [
    retention_rule(
        f"random/{clock}/{kind}",
        kind=kind,
        clock=clock,
        grain=grain,
        start_scope="every",
        start_event="random/visit",
        return_event="random/buy",
        periods=9,
    )
    for clock, grain in (
        ("calendar", "week"),
        ("rolling", "day"),
        ("rolling_hour", "hour"),
    )
    for kind in ("on", "on_or_after", "on_or_before")
]
RANDOM_RULES = [*random_rules(), *PAIRS]
RANDOM_BRACKETS = [
    bracket
    for rule in RANDOM_RULES
    if rule["kind"] == "bracket"
    for bracket in bracket_rules(rule["definition_code"], (1, 3, 4))
]
RANDOM_ACTIVITIES = [
    activity_rule("random/visit", event="random/visit", has_hours=True),
    activity_rule(
        "random/twice",
        event="random/buy",
        minimum_occurrences=2,
        maximum_occurrences=3,
    ),
    activity_rule(
        "random/p", event="random/buy", property="p", property_value="1", has_hours=True
    ),
]
RANDOM_STICKINESS = [
    {
        "stickiness_code": f"{activity}/{grain}/{kind}",
        "activity_code": activity,
        "grain": grain,
        "period_length": length,
        "window_kind": kind,
        "window_periods": 10 if kind == "last" else None,
    }
    for activity, grain, length, kind in (
        ("random/visit", "hour", None, "week"),
        ("random/visit", "hour", 3, "last"),
        ("random/visit", "day", 4, "month"),
        ("random/twice", "day", None, "week"),
        ("random/twice", "week", None, "month"),
        ("random/p", "month", 2, "quarter"),
        ("random/p", "week", None, "last"),
    )
]


# The page


def tables() -> list[list[dict[str, str]]]:
    """The tables of the page, by the words of their heads."""
    found = []
    for block in re.findall(r"(?:^\|.*\|\n)+", PAGE.read_text("utf-8"), re.MULTILINE):
        head, _, *body = (
            [cell.strip(" `") for cell in line.strip().strip("|").split("|")]
            for line in block.strip().splitlines()
        )
        found.append([dict(zip(head, row, strict=True)) for row in body])
    return found


def page_events() -> Iterator[tuple[str, str, datetime]]:
    """Who did what and when, as the page tells it."""
    for row in tables()[0]:
        for event in ("sign_up", "login"):
            for at in filter(None, row[event].split(", ")):
                yield (
                    f"page/{row['person']}",
                    f"page/{event}",
                    datetime.fromisoformat(at),
                )


BRACKETS = "amplitude_brackets"
BRACKET = ("bracket_number", "from_period", "to_period")


def presets() -> list[dict[str, Any]]:
    """The definitions that the page compares, as they are shipped."""
    with (ROOT / "seeds/rules/strata__retention_definitions.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        shipped = {row["definition_code"]: row for row in csv.DictReader(file)}
    return [
        retention_rule(
            f"page/{row['definition']}",
            **{
                name: shipped[row["definition"]][name]
                for name in ("start_scope", "kind", "clock", "grain", "periods")
            },
            start_event=f"page/{shipped[row['definition']]['start_event']}",
            return_event=f"page/{shipped[row['definition']]['return_event']}",
        )
        for row in (*tables()[1], {"definition": BRACKETS})
    ]


def page_brackets() -> list[dict[str, Any]]:
    """The brackets that the page shows, as they are shipped."""
    with (ROOT / "seeds/rules/strata__retention_brackets.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        return [
            {
                "definition_code": f"page/{BRACKETS}",
                **{name: int(row[name]) for name in BRACKET},
            }
            for row in csv.DictReader(file)
            if row["definition_code"] == BRACKETS
        ]


# The warehouses


def values(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as SQL."""

    def literal(value: Any) -> str:
        if value is None:
            return "null"
        if isinstance(value, bool | int):
            return str(value).lower()
        if isinstance(value, datetime):
            return f"timestamp '{value}'"
        return "'" + str(value).replace("'", "''") + "'"

    return ", ".join(f"({', '.join(map(literal, row))})" for row in rows)


def insert(seed: str, rules: Sequence[Mapping[str, Any]]) -> str:
    """The definitions in place of those that are shipped."""
    table = f"strata_rules.strata__{seed}"
    if not rules:
        return f"delete from {table}"
    names = ", ".join(rules[0])
    rows = values([[rule[name] for name in rules[0]] for rule in rules])
    return f"delete from {table}; insert into {table} ({names}) values {rows}"


def build(warehouse: Warehouse, shop: Shop, own: Settings) -> Warehouse:
    """A warehouse of what the shops hold; its people have no tiers."""
    users = [(who, *told) for who, told in shop.users.items()]
    warehouse.execute(
        "create schema raw",
        f"create table raw.events as from (values {values(shop.events)})"
        " as t(event_id, anonymous_id, user_id, event_name, event_at, properties)",
        "create table raw.users as select * replace (cast(registered_at as timestamp)"
        f" as registered_at) from (values {values(users)})"
        " as t(user_id, registered_at, country, is_internal)",
    )
    warehouse.seed()
    warehouse.execute(
        insert("retention_definitions", shop.retention),
        insert("retention_brackets", shop.brackets),
        insert("named_events", shop.named),
        insert("activity_definitions", shop.activities),
        insert("stickiness_definitions", shop.stickiness),
        "create schema if not exists strata_metrics",
        "create view strata_metrics.metric_user_tiers as select '' as user_key, '' as"
        " tier_code, date '1900-01-01' as valid_from, date '1900-01-01' as valid_to",
    )
    zone, week_start, as_of = own
    outcome = warehouse.dbt(
        "run",
        "--select",
        "metric_retention_cohorts",
        "+metric_retention_segments",
        "+metric_lifecycle",
        "+metric_stickiness",
        "--exclude",
        "metric_user_tiers",
        *(f"path:models/{layer}" for layer in ("features", "scores", "tiers", "tags")),
        variables={
            "strata__as_of_date": as_of.isoformat(),
            "strata__timezone": zone,
            "strata__week_start": week_start,
        },
    )
    assert outcome.success, outcome.failed or outcome.messages[-5:]
    return warehouse


def others() -> Shop:
    """The random people and those of the page."""
    shop = Shop(
        retention=[*RANDOM_RULES, *presets()],
        brackets=[*RANDOM_BRACKETS, *page_brackets()],
        activities=RANDOM_ACTIVITIES,
        stickiness=RANDOM_STICKINESS,
    )
    told = [
        *((who, f"random/{name}", at, more) for who, name, at, more in RANDOM),
        *((who, name, at, {}) for who, name, at in page_events()),
    ]
    shop.events = [
        (f"other-{number}", who, None, name, at, json.dumps(more))
        for number, (who, name, at, more) in enumerate(told)
    ]
    shop.users = {"nobody": (None, None, False)}
    return shop


@pytest.fixture(scope="module")
def built(
    new_warehouse: Callable[[str], Warehouse],
) -> Callable[[Settings], Warehouse]:
    """The warehouse of all cases of one zone and week start; built when asked for."""
    ready: dict[Settings, Warehouse] = {}

    def find_warehouse(own: Settings) -> Warehouse:
        if own not in ready:
            shops = []
            for name, (kind, case) in CASES.items():
                # A case that cannot be read here fails, but alone.
                with suppress(*STRANGE):
                    if is_asked(name) and settings(kind, case) == own:
                        shops.append(shop_of(kind, name, case))
            if own == PLAIN:
                shops.append(others())
            every = Shop()
            for shop in shops:
                every.events += shop.events
                every.users |= shop.users or {"nobody": (None, None, False)}
                every.retention += shop.retention
                every.brackets += shop.brackets
                every.named += shop.named
                every.activities += shop.activities
                every.stickiness += shop.stickiness
            ready[own] = build(
                new_warehouse("-".join(map(str, own)).lower().replace("/", "-")),
                every,
                own,
            )
        return ready[own]

    return find_warehouse


PLAIN = ("UTC", "monday", AS_OF)


# The tests


def table_of(
    rows: Iterable[Mapping[str, Any]],
    first: datetime,
    grain: str,
    shape: Sequence[Sequence[int]],
) -> list[list[int]]:
    """A triangle as the cases write it: the cohort, then periods 1, 2, …"""
    cells: defaultdict[tuple[date, int, int], Counter[str]] = defaultdict(Counter)
    for row in rows:
        cells[row["cohort_date"], row["cohort_hour"], row["period_number"]].update(
            {part: row[part] for part in ("cohort_users", "retained_users")}
        )
    found = []
    for row, columns in enumerate(shape):
        begins = first
        if grain == "month":
            begins = start_of("month", period_index("month", first) + row)
        else:
            begins = first + row * UNIT[grain]
        place = begins.date(), begins.hour if grain == "hour" else 0
        later = [cells[*place, number]["retained_users"] for number in columns[1:]]
        found.append([cells[*place, 0]["cohort_users"], *later])
    return found


def told_retention(warehouse: Warehouse, name: str, case: Case) -> dict[str, Any]:
    """What the warehouse says of a case of retention."""
    spec, expected = case["spec"], case["expected"]

    def rows(code: str, table: str = "cohorts", more: str = "") -> list[dict[str, Any]]:
        return warehouse.records(
            f"from strata_metrics.metric_retention_{table}"
            f" where definition_code = '{code}' {more}"
        )

    if spec.get("function") == "retention":
        days = [date.fromisoformat(each["event_date"]) for each in spec["conditions"]]
        numbers = [(day - days[0]).days for day in days]
        counts = {
            row["period_number"]: row["retained_users"]
            for row in rows(name)
            if row["cohort_date"] == days[0]
        }
        told: dict[str, Any] = {
            "sum_by_condition": [counts.get(number, 0) for number in numbers]
        }
        if "by_person" in expected:
            returned = warehouse.rows(
                "select map.id, from_number from strata_metrics.metric_retention_spans"
                " inner join strata_core.core_identity_map as map using (user_key)"
                f" where definition_code = '{name}' and cohort_date = '{days[0]}'"
            )
            told["by_person"] = {
                person: [
                    int((f"{name}/{person}", number) in returned) for number in numbers
                ]
                for person in expected["by_person"]
            }
        return told
    first = datetime.fromisoformat(spec["first_period_start"]).replace(tzinfo=None)
    if spec["period"] == "week":
        first = datetime.combine(week_of(first, spec), time())
    wanted = expected.get("tables", {"": expected.get("table")})
    columns = columns_of(case)
    found = {}
    for value, table in wanted.items():
        breakdown = spec.get("breakdown", {}).get("type")
        if breakdown == "event":
            own = rows(f"{name}={value}")
        elif breakdown == "person":
            own = rows(name, "segments", f"and {members(value, wanted)}")
        else:
            own = rows(name)
        shape = [next(columns) for _ in table]
        found[value] = table_of(own, first, spec["period"], shape)
    return {"tables": found} if "tables" in expected else {"table": found[""]}


def members(value: str, asked: Iterable[str]) -> str:
    """The segments of a value of a breakdown by an attribute."""
    if value == OTHER:
        named = ", ".join(f"'{each}'" for each in asked if each != OTHER)
        return f"dimension = 'country' and member not in ({named})"
    member = "(unknown)" if value in NONE else value
    return f"dimension = 'country' and member = '{member}'"


def told_lifecycle(warehouse: Warehouse, name: str, case: Case) -> dict[str, Any]:
    """What the warehouse says of a case of a lifecycle."""
    spec = case["spec"]
    first = datetime.fromisoformat(spec["first_period_start"]).replace(tzinfo=None)
    hour = first.hour if spec["interval"] == "hour" else 0
    rows = warehouse.records(
        f"from strata_metrics.metric_lifecycle where activity_code = '{name}'"
        f" and grain = '{spec['interval']}'"
        f" and (period_date, period_hour) >= (date '{first.date()}', {hour})"
        f" order by period_date, period_hour limit {spec['periods']}"
    )
    names = {"new": 1, "returning": 1, "resurrected": 1, "dormant": -1}
    return {
        "resurrecting" if state == "resurrected" else state: [
            sign * row[state] for row in rows
        ]
        for state, sign in names.items()
    }


def told_stickiness(warehouse: Warehouse, name: str, case: Case) -> dict[str, Any]:
    """What the warehouse says of a case of stickiness."""
    rows = warehouse.records(
        f"from strata_metrics.metric_stickiness where stickiness_code = '{name}'"
    )
    number = "users_or_more" if case["spec"].get("cumulative") else "users"
    users = {str(row["period_count"]): row[number] for row in rows}
    asked = case["expected"]["histogram"]
    # The peer has buckets beyond the range, which are empty.
    assert not {number for number in users if users[number]} - asked.keys()
    return {
        "histogram": {number: users.get(number, 0) for number in asked},
        "users": rows[0]["active_users"] if rows else 0,
    }


TOLD = {
    "retention": told_retention,
    "lifecycle": told_lifecycle,
    "stickiness": told_stickiness,
}


@pytest.mark.parametrize("name", CASES)
def test_a_case_comes_out_as_expected(
    built: Callable[[Settings], Warehouse], name: str
) -> None:
    if name in OUT_OF_SCOPE:
        pytest.skip(OUT_OF_SCOPE[name])
    kind, case = CASES[name]
    assert not unknown(case), "the case asks for something new"
    assert shop_of(kind, name, case)
    told = TOLD[kind](built(settings(kind, case)), name, case)
    expected = case["expected"]
    assert expected.keys() <= told.keys(), "the case asks for something new"
    assert {part: told[part] for part in expected} == expected


@pytest.fixture(scope="module")
def plain(built: Callable[[Settings], Warehouse]) -> Warehouse:
    """The warehouse of the random people and of the page."""
    return built(PLAIN)


def clock_of(warehouse: Warehouse) -> Clock:
    """The clock of a warehouse."""
    ((first, last),) = warehouse.rows(
        "select first_date, as_of_date from strata_core.core_clock"
    )
    assert last == AS_OF
    return Clock(first, last)


def test_definitions_of_every_kind_hold_on_random_people(plain: Warehouse) -> None:
    clock = clock_of(plain)
    cohorts = [
        cohort
        for rule in RANDOM_RULES
        for cohort in read_cohorts(with_brackets(rule, RANDOM_BRACKETS), find)
    ]
    said = differences(
        plain.records(
            "from strata_metrics.metric_retention_cohorts"
            " where definition_code like 'random/%'"
        ),
        read_retention(cohorts, clock),
        ("definition_code", "cohort_date", "cohort_hour", "period_number"),
    )
    assert not said, said


def test_on_or_after_and_on_or_before_are_never_below_on(plain: Warehouse) -> None:
    cells = {
        (row["definition_code"], row["cohort_date"], row["cohort_hour"], number): row
        for row in plain.records("from strata_metrics.metric_retention_cohorts")
        for number in (row["period_number"],)
    }
    compared = 0
    for (code, *place), row in cells.items():
        clock, _, kind = code.removeprefix("random/").partition("/")
        if kind != "on":
            continue
        for other in ("on_or_after", "on_or_before"):
            more = cells[f"random/{clock}/{other}", *place]
            assert more["mature_users"] == row["mature_users"]
            for column in ("retained_users", "mature_retained_users"):
                assert more[column] >= row[column], (code, place)
                compared += more[column] > row[column]
    assert compared


def test_lifecycles_hold_on_random_people(plain: Warehouse) -> None:
    clock = clock_of(plain)
    expected = [
        row
        for rule in RANDOM_ACTIVITIES
        for row in read_lifecycle(
            rule,
            find(rule["event"], rule["property"], rule["property_value"]),
            {},
            clock,
        )
    ]
    said = differences(
        plain.records(
            "from strata_metrics.metric_lifecycle where activity_code like 'random/%'"
        ),
        expected,
        ("activity_code", "grain", "period_date", "period_hour"),
    )
    assert not said, said


def test_stickiness_holds_on_random_people(plain: Warehouse) -> None:
    clock = clock_of(plain)
    activities = {rule["activity_code"]: rule for rule in RANDOM_ACTIVITIES}
    expected = [
        row
        for rule in RANDOM_STICKINESS
        for activity in (activities[rule["activity_code"]],)
        for row in read_stickiness(
            rule,
            activity,
            find(activity["event"], activity["property"], activity["property_value"]),
            clock,
        )
    ]
    said = differences(
        plain.records(
            "from strata_metrics.metric_stickiness"
            " where stickiness_code like 'random/%'"
        ),
        expected,
        ("stickiness_code", "window_date", "period_count"),
    )
    assert not said, said


def test_the_page_tells_what_the_presets_say(plain: Warehouse) -> None:
    told = {
        row["definition_code"].removeprefix("page/"): row["cells"]
        for row in plain.records(
            "select definition_code, list(mature_retained_users || ' of ' ||"
            " mature_users order by period_number) as cells"
            " from strata_metrics.metric_retention_cohorts"
            " where definition_code like 'page/%' and period_number <= 5"
            " and cohort_date = '2024-03-04' group by definition_code"
        )
    }
    said = {
        row["definition"]: [row[f"day {number}"] for number in range(6)]
        for row in tables()[1]
    }
    assert told.pop(BRACKETS) == [row["retained"] for row in tables()[-1]]
    assert told == said
