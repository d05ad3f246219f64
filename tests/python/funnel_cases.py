"""Reference cases of funnels as rows of the rule seeds and of the raw tables."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from published import STRANGE, Case

ORIGIN = datetime(2024, 1, 1)
EPOCH = datetime(1970, 1, 1)
FOREVER = 10 * 365 * 86400
UNITS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86400,
    "week": 7 * 86400,
    "month": 31 * 86400,
}
FORTNIGHT = {"value": 14, "unit": "day"}
ORDERS = {"ordered": "ordered", "strict": "strict", "unordered": "any"}
OPERATORS = {
    "exact": "eq",
    "is_not": "ne",
    "icontains": "contains",
    "not_icontains": "not_contains",
    "is_set": "not_null",
    "is_not_set": "is_null",
    "gt": "gt",
    "gte": "gte",
    "lt": "lt",
    "lte": "lte",
}
OCCURRENCES = {
    None: "every",
    "total": "every",
    "dau": "every",
    "weekly_active": "every",
    "monthly_active": "every",
    "first_time_for_user": "first_ever",
    "first_time_for_user_with_filters": "first_match",
    "first_matching_event_for_user": "first_match",
}
# A person of a case may have any properties; a person of ours has these.
ATTRIBUTES = ("city", "region", "country", "language")
COLUMNS = (
    "order_mode",
    "window_seconds",
    "ties",
    "simultaneous_seconds",
    "event_use",
    "entry",
    "unit",
    "unit_property",
    "constant_property",
    "breakdown_property",
    "breakdown_property_2",
    "breakdown_attribution",
    "breakdown_step",
    "breakdown_limit",
    "cell_dimension",
    "time_bins",
    "minimum_users",
)
PLAIN = {
    "order_mode": "ordered",
    "ties": "in_order",
    "simultaneous_seconds": 0,
    "event_use": "once",
    "entry": "every",
    "unit": "user",
    "breakdown_attribution": "first_touch",
    "breakdown_step": 1,
    "breakdown_limit": 25,
    "minimum_users": 1,
}


@dataclass(frozen=True)
class Funnel:
    """A case as a funnel of its own, on events and people of its own."""

    case: Case

    @property
    def code(self) -> str:
        """The code of the funnel."""
        return str(self.case["id"])

    @property
    def spec(self) -> Mapping[str, Any]:
        """What the case asks for."""
        return self.case["spec"]

    @property
    def person_properties(self) -> list[str]:
        """The properties of persons that the case asks for."""
        asked = [
            each["key"]
            for step in (self.spec, *self.spec["steps"], *self.exclusions)
            for each in step.get("where", ())
            if each.get("of") == "person"
        ]
        if self.spec.get("breakdown", {}).get("type") == "person":
            asked += self.breakdown_properties
        return sorted(set(asked))

    @property
    def breakdown_properties(self) -> list[str]:
        """The properties that the case breaks down by."""
        named = self.spec.get("breakdown", {}).get("property", [])
        return [named] if isinstance(named, str) else list(named)

    def attribute(self, name: str) -> str:
        """The attribute of ours that holds a property of a person."""
        return ATTRIBUTES[self.person_properties.index(name)]

    def funnel_row(self) -> dict[str, Any]:
        """The row of strata__funnels."""
        spec = self.spec
        row: dict[str, Any] = {"funnel_code": self.code, **PLAIN}
        row["valid_from"], row["valid_to"] = "1900-01-01", "9999-12-31"
        if "modes" in spec:
            return row | _modes(spec)
        window = spec.get("window") or FORTNIGHT
        row["order_mode"] = ORDERS[spec["order"]]
        row["time_bins"] = spec.get("bin_count")
        row["window_seconds"] = window["value"] * UNITS[window["unit"]]
        first, last = (
            datetime.fromisoformat(spec[f"date_{end}"]) for end in ("from", "to")
        )
        row["valid_from"] = first.date()
        row["valid_to"] = last.date() + timedelta(days=1)
        if "aggregate_by" in self.case:
            unit = own(self.case["aggregate_by"])
            row |= {"unit": "property", "unit_property": unit}
        if "breakdown" in spec:
            row |= self._breakdown(spec["breakdown"])
        return row

    def _breakdown(self, breakdown: Mapping[str, Any]) -> dict[str, Any]:
        names = self.breakdown_properties
        assert len(names) <= 2, "a funnel breaks down by two properties at most"
        if breakdown["type"] == "person":
            names = [f"user.{self.attribute(name)}" for name in names]
        else:
            prefix = "url." if breakdown.get("normalize_url") else ""
            names = [f"{prefix}{own(name)}" for name in names]
        return {
            "breakdown_property": names[0],
            "breakdown_property_2": names[1] if len(names) > 1 else None,
            "breakdown_attribution": breakdown.get("attribution", "first_touch"),
            "breakdown_step": breakdown.get("attribution_step", 0) + 1,
            "breakdown_limit": breakdown.get("limit", 25),
        }

    def step_rows(self) -> Iterator[dict[str, Any]]:
        """The rows of strata__funnel_steps."""
        for number, step in enumerate(self.spec["steps"], 1):
            yield from self._rows("step", number, step, {})
        for number, step in enumerate(self.exclusions, 1):
            between = {
                "from_step": step["from_step"] + 1,
                "to_step": step["to_step"] + 1,
                "exclusion_scope": step.get("scope", "person"),
            }
            yield from self._rows("exclusion", number, step, between)

    @property
    def exclusions(self) -> Sequence[Mapping[str, Any]]:
        """What may not happen. Of windowFunnel with strict_deduplication that is a step
        that is done again, but for the first, before the last.
        """
        steps = self.spec["steps"]
        if "strict_deduplication" in self.spec.get("modes", ()):
            between = {"to_step": len(steps) - 1, "scope": "attempt"}
            return [
                {**step, "from_step": number, **between}
                for number, step in enumerate(steps[:-1])
                if number > 0
            ]
        return self.spec.get("exclusions", ())

    def _rows(
        self, role: str, number: int, step: Mapping[str, Any], more: Mapping[str, Any]
    ) -> Iterator[dict[str, Any]]:
        conditions = list(self._conditions(step))
        event = step.get("event")
        if event is None:
            conditions.append([("case", "eq", self.code)])
        for group, held in enumerate(itertools.product(*conditions), 1):
            for name, operator, value in held or [(None, None, None)]:
                yield {
                    "funnel_code": self.code,
                    "role": role,
                    "step_number": number,
                    "rule_group": group,
                    "event_name": None if event is None else self.event_name(event),
                    "occurrence": OCCURRENCES[step.get("math")],
                    "property": name,
                    "operator": operator,
                    "property_value": value,
                    **more,
                }

    def _conditions(
        self, step: Mapping[str, Any]
    ) -> Iterator[list[tuple[str, str, str | None]]]:
        """The alternatives of each condition."""
        if "eq" in step:
            name, value = step["eq"]
            yield [(own(name), "eq", value)]
        for name in step.get("is_null", ()):
            yield [(own(name), "is_null", None)]
        for each in (*self.spec.get("where", ()), *step.get("where", ())):
            name = own(each["key"])
            if each.get("of") == "person":
                name = f"user.{self.attribute(each['key'])}"
            values, operator = each.get("value"), OPERATORS[each["op"]]
            listed = values if isinstance(values, list) else [values]
            if operator == "eq" and each["key"] in self.lists:
                operator, listed = "contains", [json.dumps(value) for value in listed]
            tests = [(name, operator, _text(value)) for value in listed]
            # One of several values is enough, but none of them may be there.
            if operator in ("ne", "not_contains"):
                yield from ([test] for test in tests)
            else:
                yield tests

    @property
    def lists(self) -> set[str]:
        """The properties of events that are lists; one of their values is enough."""
        return {
            key
            for event in self.case["events"]
            for key, value in event.get("props", {}).items()
            if isinstance(value, list)
        }

    def event_name(self, event: Any) -> str:
        """The name of an event of this case alone."""
        return f"{self.code}:{event}"

    def rows(self) -> list[Any]:
        """All rows of the case; asked for what we cannot say, it fails."""
        steps, events, users = self.step_rows(), self.events(), self.users()
        return [self.funnel_row(), *steps, *events, *users]

    def events(self) -> Iterator[tuple[Any, ...]]:
        """The raw events: id, device, account, name, time, properties."""
        for number, event in enumerate(self.case["events"]):
            known = {"ts", "props"}
            properties = {key: event[key] for key in event.keys() - known}
            properties |= event.get("props", {})
            yield (
                f"{self.code}-{number}",
                f"{self.code}/{event.get('distinct_id', event['person'])}",
                f"{self.code}/{event['person']}",
                self.event_name(event.get("event", "event")),
                moment(event["ts"]),
                json.dumps(
                    {"case": self.code}
                    | {own(name): value for name, value in properties.items()}
                ),
            )

    def users(self) -> Iterator[dict[str, Any]]:
        """The raw users, with the properties that the case asks for."""
        for person in self.case.get("persons", ()):
            yield {
                "user_id": f"{self.code}/{person['person']}",
                **{
                    self.attribute(name): _text(person["properties"].get(name))
                    for name in self.person_properties
                },
            }


def parts(case: Case) -> list[tuple[Case, Mapping[int, int]]]:
    """The funnels of a case, each with its steps by those of the case, from 0: who did
    a step that is optional did the last one of a funnel that ends with it.
    """
    steps = case["spec"].get("steps", ())
    asked = [number for number, step in enumerate(steps) if not step.get("optional")]
    ends = [number for number, step in enumerate(steps) if step.get("optional")]
    assert not (ends and case["spec"].get("exclusions")), "between steps of what?"
    found = [(asked, {each: number for number, each in enumerate(asked)})]
    for end in ends:
        before = [number for number in asked if number < end]
        found.append(([*before, end], {end: len(before)}))
    return [
        (
            {
                **case,
                "id": case["id"] if number == 0 else f"{case['id']}:{number}",
                "spec": {**case["spec"], "steps": [steps[each] for each in own_steps]},
            },
            places,
        )
        for number, (own_steps, places) in enumerate(found)
    ]


def told_funnels(case: Case) -> list[Funnel]:
    """The funnels of a case; none if it asks for what we cannot say."""
    try:
        funnels = [Funnel(part) for part, _ in parts(case)]
        for funnel in funnels:
            funnel.rows()
    except STRANGE:
        return []
    return funnels


def spread(case: Case) -> Case:
    """A case that gives only how many times there are, and the least and the greatest:
    as people who take so long from one step to the next.
    """
    spec = case["spec"]
    if "samples" not in spec:
        return case
    low, high, samples = spec["min"], spec["max"], spec["samples"]
    gaps = max(samples - 1, 1)
    seconds = [low + (high - low) * each // gaps for each in range(samples)]
    return {
        "id": case["id"],
        "spec": {
            "order": "ordered",
            "steps": [{"event": "first"}, {"event": "second"}],
            "window": {"value": 7, "unit": "day"},
            "date_from": ORIGIN.isoformat(),
            "date_to": ORIGIN.isoformat(),
            "bin_count": spec.get("bin_count_override"),
        },
        "events": [
            {"person": str(number), "ts": ts, "event": event}
            for number, late in enumerate(seconds)
            for event, ts in (("first", 0), ("second", late))
        ],
        "expected": case["expected"],
    }


def _modes(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A windowFunnel of ClickHouse."""
    known = {
        "strict_once",
        "strict_increase",
        "strict_order",
        "strict_deduplication",
        "allow_reentry",
    }
    modes = set(spec["modes"])
    assert modes <= known, f"no such mode here: {modes - known}"
    is_strict = "strict_order" in modes and "allow_reentry" not in modes
    return {
        "order_mode": "strict" if is_strict else "ordered",
        "window_seconds": min(spec["window_seconds"], FOREVER),
        "ties": "refused" if "strict_increase" in modes else "in_order",
        "event_use": "once" if "strict_once" in modes else "again",
        "entry": "first" if is_strict or "strict_deduplication" in modes else "every",
    }


def own(name: str) -> str:
    """A property of an event by a name that no column of ours has."""
    return f"its_{name}"


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def moment(ts: Any) -> datetime:
    """When an event of a case happened; small numbers, and those that no date is as
    far away as, are seconds from anywhere.
    """
    if isinstance(ts, str):
        return datetime.fromisoformat(ts).replace(tzinfo=None)
    is_time = 10**9 < ts < 10**11
    return (EPOCH if is_time else ORIGIN) + timedelta(seconds=ts % 10**11)


def breakdown_text(value: Any) -> str:
    """A value of a breakdown as the tables write it."""
    parts = (
        value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    )
    texts = ["(none)" if part in ("", None) else str(part) for part in parts]
    if set(texts) == {"(none)"}:
        return "(none)"
    return "(other)" if texts == ["Other"] else " / ".join(texts)
