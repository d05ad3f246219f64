"""Orders from purchases: lines, prices, discounts, status, refunds, points."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from strata.simulate.catalogue import CATEGORIES
from strata.simulate.columns import ids, labels, money, numbers, times
from strata.simulate.delivery import Faults, draw_faults
from strata.simulate.people import CITIES, PLATFORMS, choose
from strata.simulate.settings import (
    DAY,
    HOUR,
    MINUTE,
    NAT,
    NONE,
    SECOND,
    Settings,
    whole_milliseconds,
)
from strata.simulate.world import World

# Units of a line: 1, 2 or 3.
QUANTITY_SHARES = (0.86, 0.11, 0.03)

BUSINESS_LINES = ("retail", "marketplace", "subscription")

# Currencies by units per USD. Germans and Chinese sometimes pay in their own;
# elsewhere the currency is stated as USD or left out, which means the same.
CURRENCIES = ("USD", "EUR", "CNY")
PER_DOLLAR = np.array([1.0, 0.9, 7.2])
OWN_CURRENCY = {"DE": (1, 0.30), "CN": (2, 0.20)}
STATED_SHARE = 0.3

# Discounts in percent of the lines, and how often ordinary and discount-driven
# persons get one; an order without one says 0 or nothing.
DISCOUNT_PERCENT = (5, 10, 15, 20, 30)
DISCOUNT_SHARES = np.array([0.12, 0.80])
ZERO_STATED_SHARE = 0.5

# What becomes of an order, and after how long a change arrives as a second version.
STATUSES = ("paid", "placed", "cancelled")
PAID, PLACED, CANCELLED = range(3)
STATUS_SHARES = np.array([0.92, 0.03, 0.05])
PLACED_FIRST_SHARE = 0.10
PAID_AFTER_MINUTES, CANCELLED_AFTER_HOURS = 25.0, 20.0
UNKNOWN_STATUS = "teleported"

# Refunds of paid orders: how often, how often of everything, the part otherwise,
# how often a second part follows, and after how many days.
REFUND_SHARE, FULL_REFUND_SHARE, SECOND_REFUND_SHARE = 0.048, 0.5, 0.15
REFUND_PART = (0.2, 0.7)
REFUND_DAYS = 6.0

# Points: one a dollar, for half a year; spent with the next order by some, lost
# when the order is refunded, and given as an apology now and then.
POINTS_LAPSE_DAYS = 180
REDEEMED_SHARE, REDEEMED_PART = 0.4, (0.3, 1.0)
GOODWILL_SHARE, GOODWILL_POINTS = 0.02, 50
POINT_KINDS = ("earn", "redeem", "expire", "adjust")
EARN, REDEEM, EXPIRE, ADJUST = range(4)

# Faults of `bad_share`, each of which breaks the contract within its types.
ORDER_FAULTS = (
    "null_order_id",
    "null_ordered_at",
    "ordered_at_1970",
    "unknown_status",
    "negative_gross_amount",
)


@dataclass(frozen=True)
class Orders:
    """Orders [o] in order of number; amounts in cents of the order's currency."""

    person: np.ndarray
    account: np.ndarray
    at: np.ndarray
    platform: np.ndarray
    currency: np.ndarray
    business_line: np.ndarray
    status: np.ndarray
    gross: np.ndarray
    discount: np.ndarray
    loaded: np.ndarray
    lines: "Lines"

    @property
    def net(self) -> np.ndarray:
        """What is paid [o], in cents of the order's currency."""
        return self.gross - self.discount

    @property
    def dollars(self) -> np.ndarray:
        """What is paid [o], in USD."""
        return self.net / 100 / PER_DOLLAR[self.currency.clip(0)]


@dataclass(frozen=True)
class Lines:
    """Order lines [l] by order; amounts in cents."""

    order: np.ndarray
    line: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    unit: np.ndarray
    discount: np.ndarray


@dataclass(frozen=True)
class Refunds:
    """Refunds [r] by time; amounts in cents of the order's currency."""

    order: np.ndarray
    at: np.ndarray
    cents: np.ndarray


def _currencies(
    rng: np.random.Generator, world: World, person: np.ndarray
) -> np.ndarray:
    """Draw the currency of each order [o]; -1 where it is left out."""
    country = np.array([city.country for city in CITIES])[world.people.city[person]]
    currency = np.where(rng.random(len(person)) < STATED_SHARE, 0, NONE)
    draw = rng.random(len(person))
    for name, (code, share) in OWN_CURRENCY.items():
        currency = np.where((country == name) & (draw < share), code, currency)
    return currency


def make_orders(world: World, purchases: dict[str, np.ndarray]) -> Orders:
    """Price the purchases.

    `purchases` holds person, account, at and platform of each order [o], and
    line_order and line_product of each line [l], by order.
    """
    rng = world.settings.stream("orders")
    person, order = purchases["person"], purchases["line_order"]
    product, size = purchases["line_product"], len(person)
    begins = np.searchsorted(order, np.arange(size))
    line = 1 + np.arange(len(order)) - begins[order]
    currency = _currencies(rng, world, person)
    rate = PER_DOLLAR[currency.clip(0)]
    unit = np.round(world.products.cents[product] * rate[order]).astype(np.int64)
    quantity = 1 + choose(rng, np.array(QUANTITY_SHARES), len(order))
    driven = world.people.discount_driven[person].astype(np.int64)
    reduced = rng.random(size) < DISCOUNT_SHARES[driven]
    percent = rng.choice(DISCOUNT_PERCENT, size) * reduced
    discount = quantity * unit * percent[order] // 100
    code = np.array([BUSINESS_LINES.index(each.business_line) for each in CATEGORIES])
    delay = SECOND * (1 + rng.exponential(20, size))
    return Orders(
        **{name: purchases[name] for name in ("person", "account", "at", "platform")},
        currency=currency,
        business_line=code[world.products.category[product[begins]]],
        status=choose(rng, STATUS_SHARES, size),
        gross=_sums(quantity * unit, order, size),
        discount=_sums(discount, order, size),
        loaded=purchases["at"] + delay.astype(np.int64),
        lines=Lines(order, line, product, quantity, unit, discount),
    )


def _sums(values: np.ndarray, group: np.ndarray, size: int) -> np.ndarray:
    """Return exact sums of whole values [l] by sorted group, [size]."""
    edges = np.searchsorted(group, np.arange(size + 1))
    return np.diff(np.concatenate([[0], np.cumsum(values)])[edges])


def order_columns(
    settings: Settings, orders: Orders
) -> tuple[dict[str, pa.Array], Faults]:
    """Return the contract table `orders` with all versions, and its broken rows."""
    rng, size = settings.stream("order_versions"), len(orders.at)
    placed_first = rng.random(size) < PLACED_FIRST_SHARE
    first = np.where(placed_first & (orders.status != PLACED), PLACED, orders.status)
    first = np.where((first == CANCELLED), PAID, first)
    changed = np.flatnonzero(first != orders.status)
    minutes = 1 + rng.exponential(PAID_AFTER_MINUTES, len(changed))
    hours = 0.2 + rng.exponential(CANCELLED_AFTER_HOURS, len(changed))
    wait = np.where(orders.status[changed] == PAID, minutes * MINUTE, hours * HOUR)
    loaded = np.append(orders.loaded, orders.loaded[changed] + wait.astype(np.int64))
    rows = np.append(np.arange(size), changed)
    status = np.append(first, orders.status[changed])
    order = np.argsort(loaded, kind="stable")
    rows, status, loaded = rows[order], status[order], loaded[order]

    number, at, gross = rows.copy(), orders.at[rows], orders.gross[rows]
    silent = (rng.random(size) >= ZERO_STATED_SHARE) & (orders.discount == 0)
    faults = draw_faults(rng, settings.bad_share, number, 0, ORDER_FAULTS)
    broken = [faults.row[faults.kind == kind] for kind in range(len(ORDER_FAULTS))]
    number[broken[0]] = NONE
    at[broken[1]] = NAT
    at[broken[2]] %= 365 * DAY
    status[broken[3]] = len(STATUSES)
    gross[broken[4]] = -gross[broken[4]]
    return {
        "order_id": ids("o", number),
        "user_id": ids("u", orders.account[rows]),
        "ordered_at": times(at),
        "status": labels([*STATUSES, UNKNOWN_STATUS], status),
        "gross_amount": money(gross),
        "discount_amount": money(orders.discount[rows], ~silent[rows]),
        "currency": labels(CURRENCIES, orders.currency[rows]),
        "business_line": labels(BUSINESS_LINES, orders.business_line[rows]),
        "platform": labels(PLATFORMS, orders.platform[rows]),
        "loaded_at": times(loaded),
    }, faults


def item_table(orders: Orders) -> dict[str, pa.Array]:
    """Return the contract table `order_items`.

    The discounts of the lines are the parts of the discount of their order.
    """
    lines = orders.lines
    return {
        "order_id": ids("o", lines.order),
        "line_number": pa.array(lines.line),
        "product_id": ids("p", lines.product),
        "quantity": numbers(lines.quantity),
        "unit_price": numbers(lines.unit / 100),
        "discount_amount": money(lines.discount, lines.discount > 0),
        "loaded_at": times(orders.loaded[lines.order]),
    }


def make_refunds(settings: Settings, orders: Orders) -> Refunds:
    """Draw refunds of paid orders; together they never exceed what was paid."""
    rng = settings.stream("refunds")
    paid = np.flatnonzero((orders.status == PAID) & (orders.net > 0))
    order = paid[rng.random(len(paid)) < REFUND_SHARE]
    net, size = orders.net[order], len(order)
    part = np.where(
        rng.random(size) < FULL_REFUND_SHARE, 1.0, rng.uniform(*REFUND_PART, size)
    )
    cents = np.maximum((net * part).astype(np.int64), 1)
    at = orders.at[order] + ((1 + rng.exponential(REFUND_DAYS, size)) * DAY)
    rest = net - cents
    again = np.flatnonzero((rng.random(size) < SECOND_REFUND_SHARE) & (rest > 1))
    more = np.maximum((rest[again] * rng.uniform(*REFUND_PART, len(again))), 1)
    later = at[again] + (1 + rng.exponential(REFUND_DAYS, len(again))) * DAY
    order = np.append(order, order[again])
    at = whole_milliseconds(np.append(at, later))
    cents = np.append(cents, more.astype(np.int64))
    happens = np.flatnonzero(at < settings.end)
    happens = happens[np.argsort(at[happens], kind="stable")]
    return Refunds(order[happens], at[happens], cents[happens])


def refund_table(settings: Settings, refunds: Refunds) -> dict[str, pa.Array]:
    """Return the contract table `refunds`."""
    rng, size = settings.stream("refund_delivery"), len(refunds.at)
    delay = rng.uniform(1, 90, size) * SECOND
    return {
        "refund_id": ids("r", np.arange(size)),
        "order_id": ids("o", refunds.order),
        "refunded_at": times(refunds.at),
        "amount": money(refunds.cents),
        "loaded_at": times(refunds.at + delay.astype(np.int64)),
    }


def points_table(
    settings: Settings, orders: Orders, refunds: Refunds
) -> dict[str, pa.Array]:
    """Return the contract table `points_ledger`, by time of booking.

    Every order earns a lot, and whatever leaves the account leaves one lot, so the
    balance cannot fall below zero: a lot is taken back with the refund of an order,
    or partly redeemed with the next order, and what is left of it lapses.
    """
    rng = settings.stream("points_ledger")
    lot = np.flatnonzero((orders.status == PAID) & (orders.dollars >= 1))
    lot = lot[np.lexsort((orders.at[lot], orders.account[lot]))]
    size = len(lot)
    earned = orders.at[lot] + rng.uniform(5, 50, size) * SECOND
    earned = np.minimum(whole_milliseconds(earned), settings.end - 1)
    lapses = earned + POINTS_LAPSE_DAYS * DAY
    points = np.floor(orders.dollars[lot])

    refunded = np.full(len(orders.at), NAT)
    refunded[refunds.order[::-1]] = refunds.at[::-1]
    back = refunded[lot] + MINUTE
    returned = (refunded[lot] != NAT) & (back < np.minimum(lapses, settings.end))

    follows = np.zeros(size, dtype=bool)
    follows[:-1] = orders.account[lot][1:] == orders.account[lot][:-1]
    spent_with = np.where(follows, np.roll(lot, -1), NONE)
    spent_at = np.where(follows, orders.at[spent_with], NAT)
    redeems = follows & ~returned & (rng.random(size) < REDEEMED_SHARE)
    redeems &= (spent_at > earned) & (spent_at < lapses)
    part = np.ceil(points * rng.uniform(*REDEEMED_PART, size))
    rest = points - np.where(redeems, part, 0)
    lapsed = ~returned & (lapses < settings.end) & (rest > 0)
    gift_at, apology = earned + DAY, np.full(size, GOODWILL_POINTS)
    gift = (rng.random(size) < GOODWILL_SHARE) & (gift_at < settings.end)

    nothing, never = np.full(size, NONE), np.full(size, NAT)
    entries = [
        _entries(np.arange(size), EARN, earned, points, lot, lapses),
        _entries(np.flatnonzero(redeems), REDEEM, spent_at, -part, spent_with, never),
        _entries(np.flatnonzero(lapsed), EXPIRE, lapses, -rest, nothing, never),
        _entries(np.flatnonzero(returned), ADJUST, back, -points, lot, never),
        _entries(np.flatnonzero(gift), ADJUST, gift_at, apology, nothing, never),
    ]
    place, kind, at, amount, order, until = map(
        np.concatenate, zip(*entries, strict=True)
    )
    by_time = np.argsort(at, kind="stable")
    delay = (rng.uniform(1, 30, len(at)) * SECOND).astype(np.int64)
    return {
        "entry_id": ids("l", np.arange(len(at))),
        "user_id": ids("u", orders.account[lot][place[by_time]]),
        "entry_at": times(at[by_time]),
        "kind": labels(POINT_KINDS, kind[by_time]),
        "points": numbers(amount[by_time]),
        "order_id": ids("o", order[by_time]),
        "expires_at": times(until[by_time]),
        "loaded_at": times(at[by_time] + delay),
    }


def _entries(place: np.ndarray, kind: int, *values: np.ndarray) -> list[np.ndarray]:
    """Return place, kind and the values of the entries at the given places."""
    return [place, np.full(len(place), kind), *(each[place] for each in values)]
