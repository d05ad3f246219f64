"""Who bought, who bought again, and after how long."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any, NamedTuple

from oracles.features import ratio
from oracles.identity import Person
from oracles.orders import ZERO, Order

ALL = "all"


@dataclass(frozen=True)
class Purchase:
    """A purchase, and the days since the person's purchase before it."""

    person: Person
    day: date
    first_day: date
    days_since: int | None
    business_line: str
    net: Decimal


class Group(NamedTuple):
    """What purchases are counted by."""

    period_grain: str
    period: date
    segment: str
    business_line: str


def read_purchases(orders: Sequence[Order], as_of_date: date) -> list[Purchase]:
    """The standing orders that cost something, in order."""
    before: dict[Person, date] = {}
    first: dict[Person, date] = {}
    found = []
    for order in sorted(orders, key=lambda each: (each.ordered_at, each.order_id)):
        if not order.is_purchase(as_of_date):
            continue
        person, day = order.person, order.day
        last = before.get(person)
        found.append(
            Purchase(
                person=person,
                day=day,
                first_day=first.setdefault(person, day),
                days_since=None if last is None else (day - last).days,
                business_line=order.business_line,
                net=order.net(as_of_date),
            )
        )
        before[person] = day
    return found


def _groups(purchase: Purchase, beginning: date) -> Iterator[Group]:
    """Every group that counts a purchase."""
    month = purchase.day.replace(day=1)
    is_new = purchase.first_day.replace(day=1) == month
    for line in (ALL, purchase.business_line):
        yield Group("lifetime", beginning, ALL, line)
        yield Group("month", month, ALL, line)
        yield Group("month", month, "new" if is_new else "existing", line)


def read_repurchase(orders: Sequence[Order], as_of_date: date) -> list[dict[str, Any]]:
    """One row per group with a purchase; a lifetime begins with the first month."""
    purchases = read_purchases(orders, as_of_date)
    beginning = min((each.day for each in purchases), default=as_of_date)
    counted: defaultdict[Group, list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        for group in _groups(purchase, beginning.replace(day=1)):
            counted[group].append(purchase)
    return [{**group._asdict(), **_count(own)} for group, own in counted.items()]


def _count(purchases: Sequence[Purchase]) -> dict[str, Any]:
    """What is said of the purchases of one group."""
    times = Counter(purchase.person for purchase in purchases)
    repeat = sum(number >= 2 for number in times.values())
    gaps = [each.days_since for each in purchases if each.days_since is not None]
    return {
        "buyers": len(times),
        "repeat_buyers": repeat,
        "repurchase_rate": ratio(repeat, len(times)),
        "purchases": len(purchases),
        "net_amount": sum((purchase.net for purchase in purchases), ZERO),
        "median_days_between": float(median(gaps)) if gaps else None,
    }
