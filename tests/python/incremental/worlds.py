"""Random worlds: a few people whose rows come late, twice, changed, or go again.

A world is a scenario that nobody thought of. Few ids, few days and few silences, so
that what is drawn meets: one device and several accounts, visits at the edge of the
gap, orders and refunds of one id, versions of one day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from incremental.contract import raw_tables
from incremental.deliveries import Raw, agrees, applied
from incremental.story import (
    FIRST_DAY,
    LAST_DAY,
    Arrival,
    Change,
    Correction,
    Removal,
    Scenario,
    account,
    erasure,
    event,
    item,
    link,
    order,
    refund,
)

DELIVERIES = 4
WORLDS = 25
ACCOUNTS = ("u1", "u2", "u3")
DEVICES = ("d1", "d2", "d3")
EVENTS = [f"e{number}" for number in range(24)]
ORDERS = ("o1", "o2", "o3")
REFUNDS = ("r1", "r2")
PRICES = (Decimal("12.00"), Decimal("90.00"))
DAYS = (
    "2026-01-31",
    "2026-01-31",
    "2026-02-01",
    "2026-02-01",
    "2026-05-12",
    "2026-06-16",
)
# Minutes of the day around midnight, with silences at and about the gap.
MINUTES = (0, 5, 29, 30, 31, 60, 61, 90, 1380, 1410, 1439)
EVENT_NAMES = ("page_view", "page_view", "search", "purchase", "sign_up", "login")
SOURCES = ((None, None), (None, None), ("google", "cpc"), (None, "email"))
FIELDS = ("user_id", "anonymous_id", "event_at", "event_name", "page")


def one(values: Sequence[Any]) -> SearchStrategy[Any]:
    """One of some values."""
    return st.sampled_from(values)


# Drawn at once: Hypothesis limits how much one example may draw.
MOMENTS = [
    datetime.fromisoformat(day) + timedelta(minutes=minute, microseconds=micro)
    for day in DAYS
    for minute in MINUTES
    for micro in (0, 0, 0, 1, -1)
]
WHO = [
    *product((*DEVICES, *DEVICES), (None, None, *ACCOUNTS)),
    *product((None,), ACCOUNTS),
]
LOOKS = [*product(EVENT_NAMES, ("web", "web", "ios"), ("/", "/a", "/b"), SOURCES)]
PROFILES = [
    *product(
        (None, "Oslo", "Bergen", "Moss"),
        (None, None, None, "h1", "h2"),
        (None, None, None, None, False, True),
    )
]
BASKETS = [
    *product(
        (0, 40, 150, 700),
        ("paid", "paid", "placed", "cancelled"),
        (None, None, "EUR", "XXX"),
        ("retail", "retail", "travel"),
    )
]
# With the delivery, or some days after it happened, or unknown. Each world has days
# of its own: see story.py on days of arrival.
ARRIVES = (None, None, None, None, 1, 30, "unknown")


def moments() -> SearchStrategy[datetime]:
    """A time on one of few days."""
    return one(MOMENTS)


@st.composite
def arrivals_at(draw: DrawFn, happened: datetime, world: int) -> dict[str, Any]:
    """Mostly the time of the delivery, else an older one, or none."""
    after = draw(one(ARRIVES))
    if after is None:
        return {}
    if after == "unknown":
        return {"loaded_at": None}
    return {"loaded_at": happened + timedelta(days=after + world)}


@st.composite
def events(draw: DrawFn, world: int) -> Change:
    """An event of a device, an account or both; some ids come more than once."""
    at = draw(moments())
    device, user = draw(one(WHO))
    name, platform, page, (source, medium) = draw(one(LOOKS))
    return event(
        draw(one(EVENTS)),
        at,
        device,
        user,
        event_name=name,
        platform=platform,
        page=page,
        utm_source=source,
        utm_medium=medium,
        **draw(arrivals_at(at, world)),
    )


@st.composite
def accounts(draw: DrawFn, world: int) -> Change:
    """A version of an account."""
    at = draw(moments())
    city, email, is_internal = draw(one(PROFILES))
    return account(
        draw(one(ACCOUNTS)),
        draw(one((None, at, datetime(2025, 11, 3, 9)))),
        city=city,
        email_hash=email,
        is_internal=is_internal,
        **draw(arrivals_at(at, world)),
    )


@st.composite
def orders(draw: DrawFn, world: int) -> Change:
    """A version of one of few orders."""
    at = draw(moments())
    gross, status, currency, line = draw(one(BASKETS))
    return order(
        draw(one(ORDERS)),
        at,
        draw(one(ACCOUNTS)),
        gross,
        status=status,
        currency=currency,
        business_line=line,
        **draw(arrivals_at(at, world)),
    )


@st.composite
def refunds(draw: DrawFn, world: int) -> Change:
    """A version of one of few refunds."""
    at = draw(moments())
    return refund(
        draw(one(REFUNDS)),
        draw(one(ORDERS)),
        at,
        draw(one((1, 39, 140))),
        **draw(arrivals_at(at, world)),
    )


@st.composite
def links(draw: DrawFn) -> Change:
    """An observation that two ids are one person."""
    types = {"user_id": ACCOUNTS, "anonymous_id": DEVICES, "email_hash": ("h1", "h2")}
    first = draw(one(("user_id", "user_id", "anonymous_id", "email_hash")))
    second = draw(one(("user_id", "user_id", "anonymous_id")))
    at = draw(moments()).isoformat(sep=" ")
    return link(first, draw(one(types[first])), second, draw(one(types[second])), at)


@st.composite
def others(draw: DrawFn) -> Change:
    """A line of an order, or a request to be forgotten."""
    if draw(one((True, True, False))):
        return item(draw(one(ORDERS)), draw(one((1, 2))), draw(one((1, 2.5))))
    return erasure(draw(one(ACCOUNTS)), draw(moments()).isoformat(sep=" "))


@st.composite
def alterations(draw: DrawFn, there: Sequence[Arrival]) -> Change:
    """A row that is there goes, or changes in place."""
    chosen = draw(one(there))
    keys = raw_tables()[chosen.table].key
    where = {name: chosen.row[name] for name in keys}
    if chosen.table == "events" and draw(one((True, True, False))):
        other = draw(events(0))
        assert isinstance(other, Arrival)
        field = draw(one(FIELDS))
        return Correction("events", where, {field: other.row[field]})
    if chosen.table == "orders" and draw(one((True, False))):
        return Correction("orders", where, {"gross_amount": draw(one(PRICES))})
    return Removal(chosen.table, where)


@st.composite
def worlds(draw: DrawFn, world: int) -> Scenario:
    """A few people and their rows, cut into deliveries."""
    rows = st.one_of(
        *[events(world)] * 3,
        *(kind(world) for kind in (accounts, orders, refunds)),
        *(links(), others()),
    )
    dealt: list[list[Change]] = [[] for _ in range(DELIVERIES)]
    for number in range(draw(st.integers(10, 22))):
        delivery = 0 if number < 4 else draw(st.integers(0, DELIVERIES - 1))
        dealt[delivery].append(draw(rows))
    for _ in range(draw(st.integers(1, 4))):
        number = draw(st.integers(1, DELIVERIES - 1))
        there = [
            change
            for delivery in dealt[:number]
            for change in delivery
            if isinstance(change, Arrival)
        ]
        dealt[number].append(draw(alterations(there)))
    for delivery in dealt:
        if delivery and draw(one((False, False, True))):
            delivery.append(draw(one(list(delivery))))
    return Scenario(f"w{world:02}", "drawn at random", "", possible(dealt))


def possible(dealt: Sequence[Sequence[Change]]) -> list[list[Change]]:
    """The deliveries without changes of rows that are not there."""
    raw: Raw = {}
    kept = []
    for delivery in dealt:
        there = raw
        chosen: list[Change] = []
        for change in delivery:
            if isinstance(change, Arrival):
                chosen.append(change)
            elif any(agrees(row, change.match) for row in there.get(change.table, [])):
                there = applied(there, [change])
                chosen.append(change)
        raw = applied(raw, chosen)
        kept.append(chosen)
    return kept


@st.composite
def calendars(draw: DrawFn) -> Scenario:
    """The first and the last day of the data, which perhaps move."""
    dealt: list[list[Change]] = [
        [
            event("first", f"{FIRST_DAY} 08:00"),
            event("last", f"{LAST_DAY} 00:30", loaded_at=f"{LAST_DAY} 00:31"),
        ],
        [],
        [],
        [],
    ]
    moves = draw(one(("later", "earlier", "back", "not")))
    if moves == "later":
        dealt[3].append(event("july", "2026-07-02 10:00"))
    if moves == "earlier":
        dealt[2].append(event("winter", "2025-02-27 10:00"))
    if moves == "back":
        dealt[1].append(event("july", "2026-07-02 10:00", loaded_at="2026-07-02 11:00"))
        dealt[3].append(Removal("events", {"event_id": "july"}))
    return Scenario("calendar", "drawn at random", "", dealt)


@dataclass(frozen=True)
class Universe:
    """Worlds side by side, the calendar they share, and the settings of the builds."""

    worlds: list[Scenario]
    settings: dict[str, str]

    def __repr__(self) -> str:
        """Short: hundreds of rows help nobody."""
        return f"Universe of {len(self.worlds)} worlds, {self.settings}"

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        """What Hypothesis prints of a failing example."""
        printer.text(repr(self))

    @property
    def is_lively(self) -> bool:
        """False for the simplest example, with which every search begins."""
        shapes = {
            tuple(len(delivery) for delivery in world.deliveries)
            for world in self.worlds
        }
        return len(shapes) > len(self.worlds) / 2


SETTINGS = (
    {},
    {"strata__timezone": "Asia/Shanghai"},
    {"strata__timezone": "America/New_York", "strata__week_start": "sunday"},
)


@st.composite
def universes(draw: DrawFn, count: int = WORLDS) -> Universe:
    """Many worlds side by side."""
    chosen = draw(one(SETTINGS))
    found = [draw(worlds(number)) for number in range(count)]
    return Universe([draw(calendars()), *found], chosen)


def told(world: Scenario) -> str:
    """A world as text, delivery by delivery."""
    lines = [world.name]
    for number, delivery in enumerate(world.deliveries, 1):
        lines.append(f"  delivery {number}")
        for change in delivery:
            kind = type(change).__name__.lower()
            parts = {k: v for k, v in vars(change).items() if k != "table"}
            shown = ", ".join(
                f"{column}={value}"
                for part in parts.values()
                for column, value in part.items()
                if value is not None
            )
            lines.append(f"    {kind} {change.table}: {shown}")
    return "\n".join(lines)
