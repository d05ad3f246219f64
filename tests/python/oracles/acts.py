"""What people did outside visits, and what they bought line by line."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from oracles.identity import Identity, Person
from oracles.orders import Order
from oracles.raw import Row

DAWN = date(1900, 1, 1)
Kept = Callable[[str], Sequence[Row]]


@dataclass(frozen=True)
class Act:
    """Something a person did or got, when, and when what it answers was."""

    kind: str
    key: str
    account: str
    at: datetime
    subject_at: datetime
    amount: float | None = None

    @property
    def day(self) -> date:
        """The business day."""
        return self.at.date()


@dataclass(frozen=True)
class Product:
    """A product and how dear it was in its category when it came."""

    category: str | None
    brand: str | None
    launched: date | None
    price_index: float | None


@dataclass(frozen=True)
class Line:
    """A line of an order, in the reporting currency."""

    order: Order
    quantity: float
    amount: Decimal | None
    product: Product | None


def _stated(kept: Kept) -> Iterator[Act | None]:
    """The acts of all raw tables, whoever did them; None for what did not happen."""

    def act(
        kind: str, key: str, account: str | None, at: datetime | None, *more: Any
    ) -> Act | None:
        if account is None or at is None:
            return None
        subject, amount = [*more, None, None][:2]
        return Act(kind, key, account, at, subject or at, amount)

    for row in kept("points_ledger"):
        kind = f"points_{row['kind'].lower()}"
        at = row["entry_at"]
        yield act(kind, row["entry_id"], row["user_id"], at, at, row["points"])
    for row in kept("messages"):
        who, sent = (row["message_id"], row["user_id"]), row["sent_at"]
        yield act("message_sent", *who, sent)
        yield act("message_opened", *who, row["opened_at"], sent)
        yield act("unsubscribed", *who, row["unsubscribed_at"], sent)
    for row in kept("referrals"):
        key, at, host = row["referral_id"], row["accepted_at"], row["inviter_user_id"]
        yield act("invited", key, host, row["invited_at"])
        yield act("invite_accepted", key, host, at)
        yield act("joined_by_invitation", key, row["invitee_user_id"], at)
    for row in kept("feedback"):
        at = row["submitted_at"]
        kind, who = row["kind"].lower(), (row["feedback_id"], row["user_id"])
        yield act(kind, *who, at, at, row["score"])
    for row in kept("content"):
        author = row["author_user_id"]
        yield act("content_published", row["content_id"], author, row["published_at"])
    for row in kept("consents"):
        at, granted = row["recorded_at"], float(row["is_granted"])
        kind = f"consent_{row['purpose'].lower()}"
        yield act(kind, f"{row['user_id']} {at}", row["user_id"], at, at, granted)


def read_acts(kept: Kept, identity: Identity) -> Mapping[Person, list[Act]]:
    """The acts of everyone, in order of time; in one moment the lesser word is last."""
    found: defaultdict[Person, list[Act]] = defaultdict(list)
    stated = (act for act in _stated(kept) if act is not None)
    for act in sorted(
        stated, key=lambda each: (each.at, each.kind, -(each.amount or 0))
    ):
        person = identity.of_account(act.account)
        if person is not None:
            found[person].append(act)
    return found


def refused(acts: Sequence[Act], day: date) -> frozenset[str]:
    """The purposes of consents of which the last word by a day is a refusal."""
    last = {act.kind: act.amount for act in acts if act.day <= day}
    return frozenset(
        kind.removeprefix("consent_")
        for kind, granted in last.items()
        if kind.startswith("consent_") and not granted
    )


def read_products(rows: Sequence[Row]) -> Mapping[str, Product]:
    """The products, each against those that its category offered by its day."""

    def since(row: Row) -> date:
        return row["launched_at"].date() if row["launched_at"] else DAWN

    found = {}
    for row in rows:
        offered = [
            round(other["list_price"], 4)
            for other in rows
            if other["category"] == row["category"]
            and other["list_price"] is not None
            and since(other) <= since(row)
        ]
        index = None
        if row["category"] and row["list_price"] is not None and sum(offered):
            mean = sum(offered) / len(offered)
            index = round(round(row["list_price"], 4) / mean, 6)
        launched = row["launched_at"].date() if row["launched_at"] else None
        found[row["product_id"]] = Product(
            row["category"], row["brand"], launched, index
        )
    return found


def read_lines(kept: Kept, orders: Sequence[Order]) -> Mapping[Person, list[Line]]:
    """The lines of everyone's orders."""
    products = read_products(kept("products"))
    by_id = {order.order_id: order for order in orders}
    found: defaultdict[Person, list[Line]] = defaultdict(list)
    for row in kept("order_items"):
        order = by_id.get(row["order_id"])
        if order is None:
            continue
        amount = None
        if row["unit_price"] is not None:
            full = row["quantity"] * row["unit_price"] * float(order.rate)
            less = float((row["discount_amount"] or 0) * order.rate)
            amount = Decimal(round((full - less) * 100)) / 100
        product = products.get(row["product_id"])
        found[order.person].append(Line(order, row["quantity"], amount, product))
    return found
