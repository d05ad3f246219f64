"""Person-days: what each person did on each business day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from oracles.identity import Person
from oracles.orders import ZERO, Order
from oracles.sessions import Event, Session


@dataclass
class Day:
    """What one person did on one business day."""

    events: int = 0
    types: Counter[str] = field(default_factory=Counter)
    night_events: int = 0
    sessions: int = 0
    engaged_sessions: int = 0
    session_seconds: int = 0
    orders: int = 0
    gross: Decimal = ZERO
    discount: Decimal = ZERO
    refunded: Decimal = ZERO
    net: Decimal = ZERO


def read_days(
    events: Iterable[Event],
    sessions: Iterable[Session],
    orders: Iterable[Order],
    as_of_date: date,
) -> Mapping[tuple[Person, date], Day]:
    """Every day on which a person had an event or placed an order.

    Placing an order is activity, be it cancelled later; only orders that stand count.
    """
    days: defaultdict[tuple[Person, date], Day] = defaultdict(Day)
    for event in events:
        day = days[event.person, event.day]
        day.events += 1
        day.night_events += event.is_night
        if event.event_type is not None:
            day.types[event.event_type] += 1
    for session in sessions:
        parts = session.days()
        day = days[session.person, session.day]
        day.sessions += 1
        day.engaged_sessions += parts[session.day].is_engaged
        for when, part in parts.items():
            days[session.person, when].session_seconds += part.seconds
    for order in orders:
        day = days[order.person, order.day]
        if order.stands(as_of_date):
            day.orders += 1
            day.gross += order.gross
            day.discount += order.discount
            day.refunded += order.refunded(as_of_date)
            day.net += order.net(as_of_date)
    return dict(days)
