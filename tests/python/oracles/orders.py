"""Orders net of refunds and cancellations, as they stood at the end of a day."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from oracles.identity import Identity, Person
from oracles.raw import REPORTING_CURRENCY, Row, rate_at
from oracles.rules import Rules
from oracles.sessions import named

CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Refund:
    """What was paid back, in the reporting currency, and when."""

    refund_id: str
    refunded_at: datetime
    amount: Decimal


@dataclass(frozen=True)
class Order:
    """An order of a person in its latest version, in the reporting currency."""

    person: Person
    order_id: str
    account: str
    ordered_at: datetime
    cancelled_at: datetime | None
    rate: Decimal
    gross: Decimal
    discount: Decimal
    refunds: tuple[Refund, ...]
    business_line: str
    platform: str

    @property
    def day(self) -> date:
        """The business day of the order."""
        return self.ordered_at.date()

    @property
    def place(self) -> tuple[Any, ...]:
        """Its place among others: in one moment by what was ordered, the id last."""
        what = self.platform, -self.gross, self.discount, self.business_line
        return self.ordered_at, *what, self.order_id

    def stands(self, day: date) -> bool:
        """True if placed and not cancelled by the end of a day."""
        return self.day <= day and (
            self.cancelled_at is None or self.cancelled_at.date() > day
        )

    def refunded(self, day: date) -> Decimal:
        """What was paid back by the end of a day."""
        return sum(
            (each.amount for each in self.refunds if each.refunded_at.date() <= day),
            ZERO,
        )

    def net(self, day: date) -> Decimal:
        """What was kept of it by the end of a day."""
        if not self.stands(day):
            return ZERO
        return self.gross - self.discount - self.refunded(day)

    def is_purchase(self, day: date) -> bool:
        """True if it stands and cost something before discount."""
        return self.stands(day) and self.gross > 0


def to_cents(amount: Decimal) -> Decimal:
    """An amount rounded half away from zero."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def _known(versions: Sequence[Row], as_of_date: date) -> list[Row]:
    """The versions known by a day; the first one always is."""
    return [
        row
        for place, row in enumerate(versions)
        if place == 0 or row["loaded_at"].date() <= as_of_date
    ]


def _cancelled_at(versions: Sequence[Row]) -> datetime | None:
    """When an order ceased to stand, for good; None while it stands."""
    alive = [n for n, row in enumerate(versions) if row["status"] != "cancelled"]
    if not alive:
        placed: datetime = versions[-1]["ordered_at"]
        return placed
    after = versions[alive[-1] + 1 :]
    return after[0]["loaded_at"] if after else None


def _refunds(
    rows: Sequence[Row], rate: Decimal, cancelled_at: datetime | None
) -> tuple[Refund, ...]:
    """The refunds of an order that count: of a cancelled one, those before."""
    return tuple(
        Refund(row["refund_id"], row["refunded_at"], to_cents(row["amount"] * rate))
        for row in rows
        if cancelled_at is None or row["refunded_at"] < cancelled_at
    )


def read_orders(
    orders: Sequence[Row],
    refunds: Sequence[Row],
    identity: Identity,
    rules: Rules,
    as_of_date: date,
) -> list[Order]:
    """Every order of everyone who is not internal, known by the as-of day."""
    versions: defaultdict[str, list[Row]] = defaultdict(list)
    for row in sorted(orders, key=lambda each: each["loaded_at"]):
        versions[row["order_id"]].append(row)
    paid_back: defaultdict[str, list[Row]] = defaultdict(list)
    for row in refunds:
        if row["refunded_at"].date() <= as_of_date:
            paid_back[row["order_id"]].append(row)
    found = []
    for order_id, delivered in versions.items():
        known = _known(delivered, as_of_date)
        latest = known[-1]
        person = identity.of_account(latest["user_id"])
        if person is None:
            continue
        currency = latest["currency"] or REPORTING_CURRENCY
        rate = rate_at(rules.exchange_rates, currency, latest["ordered_at"].date())
        assert rate is not None, "staging refuses orders without a rate"
        cancelled_at = _cancelled_at(known)
        found.append(
            Order(
                person=person,
                order_id=order_id,
                account=latest["user_id"],
                ordered_at=latest["ordered_at"],
                cancelled_at=cancelled_at,
                rate=rate,
                gross=to_cents(latest["gross_amount"] * rate),
                discount=to_cents((latest["discount_amount"] or ZERO) * rate),
                refunds=_refunds(paid_back[order_id], rate, cancelled_at),
                business_line=named(latest["business_line"]),
                platform=named(latest["platform"]),
            )
        )
    return found


def numbers(orders: Sequence[Order], day: date) -> Mapping[str, tuple[int, int | None]]:
    """Order and purchase number of each order that stands, by order id."""
    placed: Counter[Person] = Counter()
    bought: Counter[Person] = Counter()
    found: dict[str, tuple[int, int | None]] = {}
    for order in sorted(orders, key=lambda each: each.place):
        if not order.stands(day):
            continue
        placed[order.person] += 1
        bought[order.person] += order.is_purchase(day)
        purchase = bought[order.person] if order.is_purchase(day) else None
        found[order.order_id] = (placed[order.person], purchase)
    return found
