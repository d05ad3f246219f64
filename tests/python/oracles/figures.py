"""The daily figures, and by how much those of published days changed."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from oracles.spine import Spine

Figures = Mapping[tuple[str, date], Decimal]


def read_figures(spine: Spine) -> Figures:
    """Every daily figure that is not 0, counted from the raw tables."""
    found: defaultdict[tuple[str, date], Decimal] = defaultdict(Decimal)
    first: dict[object, date] = {}
    for (person, when), day in spine.days.items():
        found["dau", when] += 1
        found["events", when] += day.events
        found["sessions", when] += day.sessions
        first[person] = min(when, first.get(person, when))
    for when in first.values():
        found["new_users", when] += 1
    for order in spine.orders:
        found["orders", order.day] += order.stands(spine.clock.as_of_date)
        found["net_amount", order.day] += order.net(spine.clock.as_of_date)
    for life in spine.lives.values():
        if life.registered_at and life.registered_at.date() <= spine.clock.as_of_date:
            found["registrations", life.registered_at.date()] += 1
    return {place: value for place, value in found.items() if value}


def restated(before: Figures, after: Figures, published: date) -> Figures:
    """The changes of the figures of published days."""
    return {
        place: after.get(place, Decimal()) - before.get(place, Decimal())
        for place in before.keys() | after.keys()
        if place[1] <= published
        and after.get(place, Decimal()) != before.get(place, Decimal())
    }
