"""Events of persons, cut into sessions, with the channel each came through."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from oracles.identity import Identity, Person
from oracles.raw import Row
from oracles.rules import Rule, Rules

ABSENT = "(none)"
UNKNOWN = "unknown"
CONVERSIONS = frozenset({"purchase", "sign_up"})
MARKS = ("utm_source", "utm_medium", "referrer")


@dataclass(frozen=True)
class Event:
    """An event of a person."""

    person: Person
    event_id: str
    event_at: datetime
    event_type: str | None
    platform: str
    is_identified: bool
    is_night: bool
    row: Row

    @property
    def day(self) -> date:
        """The business day of the event."""
        return self.event_at.date()


@dataclass(frozen=True)
class Session:
    """A session: its events in order, and what is said about it."""

    person: Person
    opening_event_id: str
    is_cut: bool
    events: tuple[Event, ...]
    brought_by: Event
    channel: str
    traffic_source: str
    settings: Rule

    def of(self, events: tuple[Event, ...]) -> "Session":
        """The same session as if only some of its events had come."""
        return replace(self, events=events)

    def days(self) -> dict[date, "Session"]:
        """What the session was by itself on each business day of its events."""
        own: defaultdict[date, list[Event]] = defaultdict(list)
        for event in self.events:
            own[event.day].append(event)
        return {day: self.of(tuple(events)) for day, events in own.items()}

    @property
    def is_engaged(self) -> bool:
        """True with a conversion, or with enough events or seconds."""
        return (
            self.has_conversion
            or len(self.events) >= self.settings["engaged_event_count"]
            or self.seconds >= self.settings["engaged_seconds"]
        )

    @property
    def started_at(self) -> datetime:
        """The time of the first event."""
        return self.events[0].event_at

    @property
    def ended_at(self) -> datetime:
        """The time of the last event."""
        return self.events[-1].event_at

    @property
    def day(self) -> date:
        """The business day of the first event."""
        return self.events[0].day

    @property
    def platform(self) -> str:
        """The platform of every event."""
        return self.events[0].platform

    @property
    def seconds(self) -> int:
        """Whole seconds from the first event to the last."""
        return (self.ended_at - self.started_at) // timedelta(seconds=1)

    @property
    def identified_at(self) -> datetime | None:
        """The time of the first event that named an account."""
        named = (each.event_at for each in self.events if each.is_identified)
        return next(named, None)

    @property
    def has_conversion(self) -> bool:
        """True with a purchase or a registration."""
        return any(event.event_type in CONVERSIONS for event in self.events)

    @property
    def pages(self) -> list[str]:
        """The pages seen, in order of time; those of one moment by the alphabet."""
        seen = ((each.event_at, each.row["page"]) for each in self.events)
        return [page for _, page in sorted(each for each in seen if each[1])]

    @property
    def page_view_count(self) -> int:
        """The page views among the events."""
        return sum(event.event_type == "page_view" for event in self.events)


def named(value: str | None) -> str:
    """A name that the source chose; `all` is what totals are called."""
    if value == "all":
        return "(all)"
    return value or UNKNOWN


def read_events(rows: Sequence[Row], identity: Identity, rules: Rules) -> list[Event]:
    """The events of everyone who is not internal."""
    types = {rule["event_name"]: rule["event_type"] for rule in rules.event_types}
    night = {rule["hour"] for rule in rules.day_parts if rule["day_part"] == "night"}
    found = []
    for row in rows:
        person = identity.of_event(row)
        if person is not None:
            found.append(
                Event(
                    person=person,
                    event_id=row["event_id"],
                    event_at=row["event_at"],
                    event_type=types.get(row["event_name"]),
                    platform=named(row["platform"]),
                    is_identified=identity.account_of(row) is not None,
                    is_night=row["event_at"].hour in night,
                    row=row,
                )
            )
    return found


@cache
def _like(pattern: str) -> re.Pattern[str]:
    """A LIKE pattern: % for any text, _ for one character."""
    wild = {"%": ".*", "_": "."}
    return re.compile("".join(wild.get(c, re.escape(c)) for c in pattern), re.DOTALL)


def _matches(pattern: str | None, value: str | None) -> bool:
    """True if a value, perhaps absent, suits a pattern of the channel rules."""
    if pattern is None:
        return True
    return _like(pattern).fullmatch(ABSENT if value is None else value) is not None


def channel_of(rules: Sequence[Rule], marks: Sequence[str | None]) -> Rule:
    """The first rule by priority that suits source, medium and referrer."""
    for rule in sorted(rules, key=lambda each: each["priority"]):
        patterns = (
            rule["source_pattern"],
            rule["medium_pattern"],
            rule["referrer_pattern"],
        )
        if all(map(_matches, patterns, marks)):
            return rule
    raise AssertionError(f"no channel for {marks}")


def traffic_source(row: Row) -> str:
    """Source, medium and referrer of an event in one text."""
    return " / ".join(row[name] or ABSENT for name in MARKS)


def _runs(events: Sequence[Event], gap: timedelta) -> list[list[Event]]:
    """Events of a person on a platform, parted by silences longer than the gap."""
    runs: list[list[Event]] = []
    for event in sorted(events, key=lambda each: (each.event_at, each.event_id)):
        if not runs or event.event_at - runs[-1][-1].event_at > gap:
            runs.append([])
        runs[-1].append(event)
    return runs


def _pieces(run: Sequence[Event], longest: timedelta) -> list[list[Event]]:
    """A run cut into pieces of the greatest length, counted from its opening."""
    pieces: defaultdict[int, list[Event]] = defaultdict(list)
    for event in run:
        pieces[(event.event_at - run[0].event_at) // longest].append(event)
    return [pieces[number] for number in sorted(pieces)]


def _known(event: Event) -> tuple[Any, ...]:
    """Where an event stands among those of its moment that may tell the source.

    One with a source, then with a referrer, goes before one without; then the alphabet.
    """
    rest = (event.row[name] for name in ("utm_campaign", "utm_content", "utm_term"))
    return (
        event.row["utm_source"] is None,
        event.row["referrer"] is None,
        traffic_source(event.row),
        *((text is None, text or "") for text in rest),
    )


def _session(
    opening: Event, events: Sequence[Event], platform: Rule, channels: Sequence[Rule]
) -> Session:
    """A session of its events."""
    first = events[0]
    source = min(
        (each for each in events if each.event_at == first.event_at), key=_known
    )
    marks = tuple(source.row[name] for name in MARKS)
    return Session(
        person=first.person,
        opening_event_id=opening.event_id,
        is_cut=first is not opening,
        events=tuple(events),
        brought_by=source,
        channel=channel_of(channels, marks)["channel"],
        traffic_source=traffic_source(source.row),
        settings=platform,
    )


def read_sessions(events: Sequence[Event], rules: Rules) -> list[Session]:
    """The sessions of every person and platform."""
    settings: Mapping[str, Rule] = {each["platform"]: each for each in rules.platforms}
    apart: defaultdict[tuple[Person, str], list[Event]] = defaultdict(list)
    for event in events:
        apart[event.person, event.platform].append(event)
    found = []
    for (_, platform), own in apart.items():
        rule = settings.get(platform, settings["default"])
        longest = timedelta(seconds=rule["max_session_seconds"])
        for run in _runs(own, timedelta(seconds=rule["session_gap_seconds"])):
            found.extend(
                _session(run[0], piece, rule, rules.channels)
                for piece in _pieces(run, longest)
            )
    return found
