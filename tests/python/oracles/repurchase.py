"""Who bought, who bought again, after how long, and what brought them back."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from oracles.clock import Clock, is_month_end, period_index
from oracles.features import ratio
from oracles.identity import Person
from oracles.orders import ZERO, Order
from oracles.raw import Row
from oracles.rules import Rule
from oracles.shares import low_share, z_of

ALL = "all"
NOT_SAID = "(unknown)"
TierOf = Callable[[Person, date], str]


@dataclass(frozen=True)
class Purchase:
    """A purchase, and the days since the person's purchase before it."""

    person: Person
    day: date
    first_day: date
    days_since: int | None
    business_line: str
    net: Decimal
    tier: str
    items: frozenset[tuple[str, str]]

    @property
    def categories(self) -> set[str]:
        """The categories of what was bought."""
        return {category for _, category in self.items}


class Group(NamedTuple):
    """What purchases are counted by."""

    period_grain: str
    period: date
    segment: str
    business_line: str
    tier: str = ALL
    category: str = ALL


def read_baskets(
    items: Sequence[Row], products: Sequence[Row]
) -> Mapping[str, frozenset[tuple[str, str]]]:
    """The products of each order, each with its category."""
    category = {row["product_id"]: row["category"] for row in products}
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in items:
        product = row["product_id"]
        found[row["order_id"]].add(
            (product or NOT_SAID, category.get(product) or NOT_SAID)
        )
    return {order: frozenset(bought) for order, bought in found.items()}


def read_purchases(
    orders: Sequence[Order],
    baskets: Mapping[str, frozenset[tuple[str, str]]],
    tier_of: TierOf,
    as_of_date: date,
) -> list[Purchase]:
    """The standing orders that cost something, in order."""
    nothing = frozenset({(NOT_SAID, NOT_SAID)})
    before: dict[Person, date] = {}
    first: dict[Person, date] = {}
    found = []
    for order in sorted(orders, key=lambda each: each.place):
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
                tier=tier_of(person, day),
                items=baskets.get(order.order_id, nothing),
            )
        )
        before[person] = day
    return found


def _groups(purchase: Purchase, beginning: date) -> Iterator[Group]:
    """Every group that counts a purchase."""
    month = purchase.day.replace(day=1)
    is_new = purchase.first_day.replace(day=1) == month
    for line in (ALL, purchase.business_line):
        yield Group("month", month, "new" if is_new else "existing", line)
        for grain, period in (("lifetime", beginning), ("month", month)):
            yield Group(grain, period, ALL, line)
            yield Group(grain, period, "tier", line, tier=purchase.tier)
            for category in purchase.categories:
                yield Group(grain, period, "category", line, category=category)


def read_repurchase(purchases: Sequence[Purchase]) -> list[dict[str, Any]]:
    """One row per group with a purchase; a lifetime begins with the first month."""
    if not purchases:
        return []
    beginning = min(each.day for each in purchases)
    counted: defaultdict[Group, list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        for group in _groups(purchase, beginning.replace(day=1)):
            counted[group].append(purchase)
    return [{**group._asdict(), **_count(own)} for group, own in counted.items()]


def quantile(values: Sequence[float], share: float) -> float | None:
    """A quantile, on the line between the two values beside it."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = ordered[int(place)]
    above = ordered[min(int(place) + 1, len(ordered) - 1)]
    return below + (above - below) * (place - int(place))


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
        "p25_days_between": quantile(gaps, 0.25),
        "median_days_between": quantile(gaps, 0.5),
        "p75_days_between": quantile(gaps, 0.75),
    }


def _by_person(purchases: Sequence[Purchase]) -> Mapping[Person, list[Purchase]]:
    """The purchases of each buyer, in order."""
    found: defaultdict[Person, list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        found[purchase.person].append(purchase)
    return found


def read_products_that_bring_back(
    purchases: Sequence[Purchase], rules: Sequence[Rule], as_of_date: date
) -> Iterator[dict[str, Any]]:
    """For each definition and thing in a first purchase, how many bought again."""
    lives = _by_person(purchases).values()
    for rule in rules:
        window = rule["within_days"]
        mature = [life for life in lives if (as_of_date - life[0].day).days >= window]
        again = [
            life
            for life in mature
            if any((after.day - life[0].day).days <= window for after in life[1:])
        ]
        baseline = ratio(len(again), len(mature))
        rows = [
            {
                "definition_code": rule["definition_code"],
                "scope": scope,
                "item_code": item,
                "category": category,
                "buyers": sum(item in bought(life) for life in lives),
                "mature_buyers": sum(item in bought(life) for life in mature),
                "repeat_buyers": sum(item in bought(life) for life in again),
                "baseline_buyers": len(mature),
                "baseline_repeat_buyers": len(again),
                "baseline_rate": baseline,
            }
            for scope, bought in (("product", _products), ("category", _categories))
            for item, category in {
                place: where for life in lives for place, where in bought(life).items()
            }.items()
        ]
        yield from _ranked(rows, rule)


def _products(life: Sequence[Purchase]) -> dict[str, str]:
    """The products of a first purchase, with their categories."""
    return dict(life[0].items)


def _categories(life: Sequence[Purchase]) -> dict[str, str]:
    """The categories of a first purchase."""
    return {category: category for category in life[0].categories}


def _ranked(rows: list[dict[str, Any]], rule: Rule) -> list[dict[str, Any]]:
    """The rows with rate, bound and rank where the base is large enough."""
    z = z_of(rule["confidence"])
    for row in rows:
        base, baseline = row["mature_buyers"], row["baseline_rate"]
        enough = row["is_enough"] = base >= rule["minimum_buyers"]
        rate = ratio(row["repeat_buyers"], base) if enough else None
        row["repurchase_rate"] = rate
        low = low_share(row["repeat_buyers"], base, z) if enough else None
        row["low_repurchase_rate"] = low
        row["lift"] = None if rate is None else rate - baseline
        row["lift_ratio"] = ratio(rate, baseline) if rate is not None else None
        row["item_rank"] = None
    for scope in ("product", "category"):
        able = [row for row in rows if row["scope"] == scope and row["is_enough"]]
        able.sort(
            key=lambda row: (
                -row["low_repurchase_rate"],
                -row["mature_buyers"],
                row["item_code"],
            )
        )
        for rank, row in enumerate(able, 1):
            row["item_rank"] = rank
    return rows


def read_value_cohorts(
    purchases: Sequence[Purchase], clock: Clock
) -> Iterator[dict[str, Any]]:
    """The value of the buyers of each first month, month by month."""
    cohorts: defaultdict[date, list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        cohorts[purchase.first_day.replace(day=1)].append(purchase)
    months = sorted({day.replace(day=1) for day in clock.days})
    running = None if is_month_end(clock.as_of_date) else months[-1]
    for cohort, own in cohorts.items():
        buyers = len({purchase.person for purchase in own})
        for month in months:
            if month < cohort:
                continue
            now = [each for each in own if each.day.replace(day=1) == month]
            so_far = [each for each in own if each.day.replace(day=1) <= month]
            net = sum((each.net for each in so_far), ZERO)
            yield {
                "cohort_date": cohort,
                "period_number": period_index("month", month)
                - period_index("month", cohort),
                "is_mature": month != running,
                "buyers": buyers,
                "active_buyers": len({each.person for each in now}),
                "purchases": len(now),
                "net_amount": sum((each.net for each in now), ZERO),
                "cumulative_purchases": len(so_far),
                "cumulative_net_amount": net,
                "net_per_buyer": ratio(net, buyers) if month != running else None,
            }
