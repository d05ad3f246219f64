"""How a scenario is written: a name, a story, and what each delivery brings.

Ids are short within a scenario (`u1`, `d1`, `e1`) and carry its name in the raw
tables, so that all scenarios live side by side in one warehouse. Times are written
`06-20 10:00` (of 2026) or with a year. `loaded_at` may be left out: what comes with
the first delivery arrived five minutes after it happened, what comes with a later
one at the moment of that delivery.

Where a scenario changes what arrived long ago, the rows of its first delivery arrive
some days later, each scenario another number of days. Builds look for changes by
days of arrival: if all rows shared them, the news of one scenario would have all
others built anew, and nothing would be proved of them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from incremental.contract import raw_tables

Row = dict[str, Any]

# The last day of the data is the same from the first delivery to the third, so that
# nothing is rebuilt because time went on. The fourth moves it over a month end, the
# fifth takes it back and begins the history earlier.
FIRST_DAY = date(2025, 3, 10)
LAST_DAY = date(2026, 6, 20)
DELIVERED_AT = (
    datetime(2026, 6, 17, 1),
    datetime(2026, 6, 18, 2),
    datetime(2026, 6, 19, 3),
    datetime(2026, 7, 3, 4),
    datetime(2026, 7, 4, 5),
)
DELIVERIES = len(DELIVERED_AT)
DELAY = timedelta(minutes=5)
MARK = ":"
IS_ID = re.compile(r"_id$|_hash$|^id_[12]$")


class AsIs(str):
    """An id that all scenarios share: it does not get the name of its scenario."""

    __slots__ = ()


@dataclass(frozen=True)
class Arrival:
    """A row that arrives in a raw table."""

    table: str
    row: Row


@dataclass(frozen=True)
class Removal:
    """Rows that are deleted from a raw table: those with the given values."""

    table: str
    match: Row


@dataclass(frozen=True)
class Correction:
    """Rows that are changed in place, their `loaded_at` untouched."""

    table: str
    match: Row
    changes: Row


Change = Arrival | Removal | Correction


@dataclass(frozen=True)
class Scenario:
    """What arrives when, and what a naive incremental model would make of it."""

    name: str
    story: str
    naive: str
    deliveries: Sequence[Sequence[Change]]
    # Deliveries, counted from 1, that change nothing but the list of rejected rows.
    silent: frozenset[int] = field(default_factory=frozenset)


def moment(value: str | datetime) -> datetime:
    """A time from its short form."""
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value if value[4:5] == "-" else f"2026-{value}")


def money(value: str | int | float | Decimal | None) -> Decimal | None:
    """An amount with cents."""
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))


def _typed(table: str, row: Row) -> Row:
    """The row with times and amounts from their short forms."""
    types = raw_tables()[table].types
    assert set(row) <= set(types), f"{table} has no {set(row) - set(types)}"
    typed = {}
    for name, value in row.items():
        if types[name] == "timestamp" and isinstance(value, str):
            value = moment(value)
        elif types[name] == "date" and isinstance(value, str):
            value = moment(value).date()
        elif types[name].startswith("decimal"):
            value = money(value)
        typed[name] = value
    return typed


def arrives(table: str, **row: Any) -> Arrival:
    """A row of any raw table that arrives."""
    return Arrival(table, _typed(table, row))


def removed(table: str, **match: Any) -> Removal:
    """Rows that are deleted."""
    return Removal(table, _of_scenario(_typed(table, match)))


def corrected(table: str, match: Row, **changes: Any) -> Correction:
    """Rows that are changed in place."""
    found = _of_scenario(_typed(table, match))
    return Correction(table, found, _typed(table, changes))


def _of_scenario(match: Row) -> Row:
    """The match, which must name an id: else it would reach into other scenarios."""
    assert any(IS_ID.search(column) for column in match), match
    return match


@dataclass(frozen=True)
class AsBefore:
    """The time of arrival of a row that an earlier delivery, from 0, brought."""

    delivery: int


def loaded_at(table: str, row: Row, delivery: int, days_later: int = 0) -> datetime:
    """When a row arrives that does not say so, with which delivery, from 0."""
    times = [row[name] for name in raw_tables()[table].times if row.get(name)]
    if delivery or not times or not isinstance(times[0], datetime):
        return DELIVERED_AT[delivery]
    arrived: datetime = times[0] + DELAY
    return min(arrived + timedelta(days=days_later), max(arrived, DELIVERED_AT[0]))


def again(rows: Iterable[Change], delivery: int = 1) -> list[Change]:
    """Rows as an earlier delivery, from 1, brought them, to the last column."""
    return [
        Arrival(each.table, {**each.row, "loaded_at": AsBefore(delivery - 1)})
        for each in rows
        if isinstance(each, Arrival)
    ]


def looks_back(scenario: Scenario) -> bool:
    """True if a later delivery changes something on a day of arrival long ago."""
    return any(
        not isinstance(change, Arrival) or change.row.get("loaded_at", ...) is not ...
        for delivery in scenario.deliveries[1:]
        for change in delivery
    )


def event(
    event_id: str | None,
    at: str | datetime | None,
    device: str | None = "d1",
    account: str | None = None,
    **more: Any,
) -> Arrival:
    """An event: by default a page view of a device on the web."""
    row = {
        "event_id": event_id,
        "anonymous_id": device,
        "user_id": account,
        "event_name": "page_view",
        "event_at": at,
        "platform": "web",
        "page": "/",
    }
    return arrives("events", **{**row, **more})


def visit(
    name: str,
    at: str | datetime,
    device: str | None = "d1",
    account: str | None = None,
    minutes: Sequence[float] = (0, 3, 8),
    **more: Any,
) -> list[Change]:
    """Several events of one visit, named `name.0`, `name.1`, …"""
    start = moment(at)
    return [
        event(
            f"{name}.{number}",
            start + timedelta(minutes=after),
            device,
            account,
            **{"page": f"/{name}/{number}", **more},
        )
        for number, after in enumerate(minutes)
    ]


def account(user_id: str, registered_at: str | datetime | None, **more: Any) -> Arrival:
    """A version of an account."""
    return arrives("users", user_id=user_id, registered_at=registered_at, **more)


def order(
    order_id: str | None,
    at: str | datetime,
    user_id: str | None = "u1",
    gross: float | str = 100,
    **more: Any,
) -> Arrival:
    """A version of an order."""
    row = {
        "order_id": order_id,
        "user_id": user_id,
        "ordered_at": at,
        "status": "paid",
        "gross_amount": gross,
        "discount_amount": 0,
        "business_line": "retail",
        "platform": "web",
    }
    return arrives("orders", **{**row, **more})


def item(
    order_id: str, line: int, quantity: float = 1, price: float = 10, **more: Any
) -> Arrival:
    """A line of an order."""
    row = {"product_id": f"p{line}", "quantity": quantity, "unit_price": price}
    return arrives(
        "order_items", order_id=order_id, line_number=line, **{**row, **more}
    )


def refund(
    refund_id: str, order_id: str, at: str | datetime, amount: float, **more: Any
) -> Arrival:
    """A refund."""
    row = {"refund_id": refund_id, "order_id": order_id, "refunded_at": at}
    return arrives("refunds", **row, amount=amount, **more)


def link(
    id_type_1: str, id_1: str, id_type_2: str, id_2: str, at: str, **more: Any
) -> Arrival:
    """An observation that two ids are one person."""
    row = {"id_type_1": id_type_1, "id_1": id_1, "id_type_2": id_type_2, "id_2": id_2}
    return arrives("identity_links", **row, observed_at=at, **{"source": "crm", **more})


def erasure(user_id: str, at: str) -> Arrival:
    """A request to be forgotten."""
    return arrives("erasure_requests", user_id=user_id, requested_at=at)


def past(account_id: str | None = "u1", device: str | None = "d1") -> list[Change]:
    """Quiet months of a person before the story: visits, and orders of an account."""
    name = f"past-{account_id or device}"
    visits: list[Change] = []
    for number, day in enumerate(("2025-12-05", "2026-02-03", "2026-04-20")):
        visits += visit(f"{name}-{number}", f"{day} 09:00", device, account_id)
    if account_id is None:
        return visits
    return [
        account(account_id, "2025-12-05 09:02", city="Oslo"),
        *visits,
        order(f"{name}-1", "2026-02-03 09:08", account_id, 60),
        order(f"{name}-2", "2026-04-20 09:08", account_id, 75),
    ]
