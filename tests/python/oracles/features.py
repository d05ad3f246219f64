"""Snapshots: a person at the end of a day, with every feature of the vocabulary."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from oracles.clock import Clock
from oracles.identity import Person
from oracles.orders import ZERO, Order
from oracles.people import Life, age_years, days_since, days_until
from oracles.rules import Rules
from oracles.sessions import Event

Snapshot = dict[str, Any]
Snapshots = dict[tuple[Person, date], Snapshot]

SATURDAY = 5


def ratio(part: Decimal | float, whole: Decimal | float) -> float | None:
    """A share as a double; None of nothing."""
    return float(part) / float(whole) if whole else None


def _within(days: int, end: date) -> Callable[[date], bool]:
    """Tests a day for the last N days up to and with the end."""
    begin = end - timedelta(days=days)
    return lambda day: begin < day <= end


def _mean_gap(days: Sequence[date]) -> float | None:
    """Mean days from one day of a sorted list to the next; None with fewer than two."""
    if len(days) < 2:
        return None
    return (days[-1] - days[0]).days / (len(days) - 1)


def who(life: Life, day: date) -> Snapshot:
    """Who a person is."""
    known = life.attributes(day)
    session = life.first_session(day)
    since = life.account_since_at
    return {
        "has_account": int(since is not None and since.date() <= day),
        "age_years": age_years(known["birth_date"], day),
        "days_since_first_seen": days_since(life.first_seen_at, day),
        "days_since_registration": days_since(life.registered_at, day),
        "days_until_birthday": days_until(known["birth_date"], day),
        "days_until_anniversary": days_until(life.registered_at, day),
        **{
            name: known[name]
            for name in (
                "gender",
                "city",
                "region",
                "country",
                "language",
                "signup_channel",
            )
        },
        "first_channel": session.channel if session else None,
        "first_platform": life.first_platform(day),
    }


def rhythm(life: Life, day: date) -> Snapshot:
    """The active days of a person: those with an event or an order, be it cancelled."""
    days = sorted(
        {event.day for event in life.events if event.day <= day}
        | {order.day for order in life.orders if order.day <= day}
    )
    silence = days_since(days[-1], day) if days else None
    gap = _mean_gap(days)

    def active(last: int) -> int:
        return sum(map(_within(last, day), days))

    return {
        "active_day_count_lifetime": len(days),
        "days_since_last_activity": silence,
        "days_between_active_days": gap,
        "silence_ratio": None if gap is None or silence is None else silence / gap,
        "active_day_count_7d": active(7),
        "active_day_count_30d": active(30),
        "active_day_count_previous_30d": active(60) - active(30),
        "active_day_count_90d": active(90),
    }


def _typed(events: Iterable[Event]) -> Counter[str | None]:
    """Events by their type."""
    return Counter(event.event_type for event in events)


def behaviour(life: Life, day: date) -> Snapshot:
    """What a person did of late."""
    last_30, last_90 = _within(30, day), _within(90, day)
    events = [event for event in life.events if last_90(event.day)]
    month = [event for event in events if last_30(event.day)]
    typed_30, typed_90 = _typed(month), _typed(events)
    count = len(events)
    return {
        "event_count_30d": len(month),
        "event_count_90d": count,
        "product_view_count_30d": typed_30["product_view"],
        "search_count_90d": typed_90["search"],
        "cart_count_30d": typed_30["add_to_cart"],
        "content_view_count_90d": typed_90["content_view"],
        "content_publish_count_90d": typed_90["content_publish"],
        "share_count_90d": typed_90["share"],
        "night_event_rate_90d": ratio(sum(e.is_night for e in events), count),
        "weekend_event_rate_90d": ratio(
            sum(event.day.weekday() >= SATURDAY for event in events), count
        ),
        "search_event_rate_90d": ratio(typed_90["search"], count),
    }


def _favourite(names: Sequence[str], starts: Sequence[datetime]) -> str | None:
    """The most frequent name; of several the latest, then the first by alphabet."""
    counts = Counter(names)
    latest = {name: start for start, name in sorted(zip(starts, names, strict=True))}
    return max(
        sorted(counts), key=lambda name: (counts[name], latest[name]), default=None
    )


def visits(life: Life, day: date) -> Snapshot:
    """How a person visited of late, by the sessions begun in the last days."""
    last_30, last_90 = _within(30, day), _within(90, day)
    sessions = [each for each in life.sessions if last_90(each.day)]
    parts = [each.days() for each in life.sessions]
    starts = [each.started_at for each in sessions]
    count = len(sessions)
    return {
        "session_count_30d": sum(last_30(each.day) for each in sessions),
        "session_count_90d": count,
        "engaged_session_rate_90d": ratio(
            sum(each.days()[each.day].is_engaged for each in sessions), count
        ),
        "events_per_session_90d": ratio(
            sum(last_90(event.day) for event in life.events), count
        ),
        "seconds_per_session_90d": ratio(
            sum(
                part.seconds
                for days in parts
                for when, part in days.items()
                if last_90(when)
            ),
            count,
        ),
        "platform_count_90d": len({each.platform for each in sessions}),
        "main_platform_90d": _favourite([each.platform for each in sessions], starts),
        "main_channel_90d": _favourite([each.channel for each in sessions], starts),
    }


def _money(orders: Sequence[Order], day: date) -> Decimal:
    """The net value of orders as it stood at the end of a day."""
    return sum((order.net(day) for order in orders), ZERO)


def _year(orders: Sequence[Order], day: date) -> Snapshot:
    """What the orders of the last year say."""
    count, net = len(orders), _money(orders, day)
    gross = sum((order.gross for order in orders), ZERO)
    discount = sum((order.discount for order in orders), ZERO)
    refunded = sum((order.refunded(day) for order in orders), ZERO)
    nets = [order.net(day) for order in orders]
    return {
        "order_count_365d": count,
        "net_amount_365d": net,
        "net_amount_per_order_365d": ratio(net, count),
        "max_order_amount_365d": max(nets, default=None),
        "discount_rate_365d": ratio(discount, gross),
        "discounted_order_rate_365d": ratio(sum(o.discount > 0 for o in orders), count),
        "refund_rate_365d": ratio(refunded, gross - discount),
        "business_line_count_365d": len({order.business_line for order in orders}),
    }


def consumption(life: Life, day: date) -> Snapshot:
    """What a person bought, as it stood at the end of the day."""
    orders = [order for order in life.orders if order.stands(day)]
    days = sorted({order.day for order in orders})

    def last(number: int) -> list[Order]:
        within = _within(number, day)
        return [order for order in orders if within(order.day)]

    return {
        "order_count_lifetime": len(orders),
        "order_day_count_lifetime": len(days),
        "order_count_90d": len(last(90)),
        "order_count_30d": len(last(30)),
        "net_amount_lifetime": _money(orders, day),
        "net_amount_90d": _money(last(90), day),
        "net_amount_30d": _money(last(30), day),
        **_year(last(365), day),
        "days_since_last_order": days_since(days[-1], day) if days else None,
        "days_since_first_order": days_since(days[0], day) if days else None,
        "days_between_orders": _mean_gap(days),
    }


def holidays(life: Life, days: frozenset[date], day: date) -> Snapshot:
    """Whether a person buys on the days of holidays."""
    year = _within(365, day)
    orders = [o for o in life.orders if o.stands(day) and year(o.day)]
    festive = sum(order.day in days for order in orders)
    return {"holiday_order_rate_365d": ratio(festive, len(orders))}


def _dearest(amounts: Mapping[str, Decimal]) -> tuple[str | None, float | None]:
    """The name of most value, of several the first, and its share."""
    if not amounts:
        return None, None
    best = min(amounts, key=lambda name: (-amounts[name], name))
    return best, ratio(amounts[best], sum(amounts.values(), ZERO))


def basket(life: Life, day: date) -> Snapshot:
    """What the lines of the standing orders of a year say."""
    year = _within(365, day)
    lines = [
        line for line in life.lines if year(line.order.day) and line.order.stands(day)
    ]
    categories: dict[str, Decimal] = {}
    brands: dict[str, Decimal] = {}
    for line in lines:
        for names, name in (
            (categories, line.product and line.product.category),
            (brands, line.product and line.product.brand),
        ):
            if name:
                names[name] = names.get(name, ZERO) + (line.amount or ZERO)
    indexed = [
        (line.quantity, line.product.price_index)
        for line in lines
        if line.product and line.product.price_index is not None
    ]
    ages = [
        line.order.day - line.product.launched
        for line in lines
        if line.product and line.product.launched
    ]
    category, category_rate = _dearest(categories)
    brand, brand_rate = _dearest(brands)
    return {
        "category_count_365d": len(categories),
        "top_category_365d": category,
        "top_category_rate_365d": category_rate,
        "top_brand_365d": brand,
        "top_brand_rate_365d": brand_rate,
        "list_price_index_365d": ratio(
            sum(quantity * index for quantity, index in indexed),
            sum(quantity for quantity, _ in indexed),
        ),
        "new_product_rate_365d": ratio(sum(age.days < 90 for age in ages), len(ages)),
    }


def participation(life: Life, day: date) -> Snapshot:
    """What a person did outside visits and orders."""
    acts = [act for act in life.acts if act.day <= day]
    year, quarter = _within(365, day), _within(90, day)

    def of(kind: str, within: Callable[[date], bool] = lambda _: True) -> list[Any]:
        return [act for act in acts if act.kind == kind and within(act.day)]

    def last(kind: str) -> float | None:
        amounts = [act.amount for act in of(kind) if act.amount is not None]
        return amounts[-1] if amounts else None

    opened = [a for a in of("message_opened") if quarter(a.subject_at.date())]
    consent = last("consent_marketing")
    return {
        "points_balance": sum(
            act.amount or 0 for act in acts if act.kind.startswith("points_")
        ),
        "points_earned_365d": sum(act.amount for act in of("points_earn", year)),
        "points_redeemed_365d": -sum(act.amount for act in of("points_redeem", year)),
        "message_count_90d": len(of("message_sent", quarter)),
        "message_open_rate_90d": ratio(len(opened), len(of("message_sent", quarter))),
        "unsubscribe_count_365d": len(of("unsubscribed", year)),
        "invite_count_lifetime": len(of("invited")),
        "invite_accepted_count_lifetime": len(of("invite_accepted")),
        "invitation_received_count_lifetime": len(of("joined_by_invitation")),
        "ticket_count_365d": len(of("ticket", year)),
        "review_count_365d": len(of("review", year)),
        "content_published_count_365d": len(of("content_published", year)),
        "nps_score_last": last("nps"),
        "marketing_consent": None
        if consent is None
        else ("granted" if consent else "withdrawn"),
    }


def read_snapshots(
    lives: Mapping[Person, Life], rules: Rules, clock: Clock
) -> Snapshots:
    """Everyone at the end of each as-of date since first seen."""
    found: Snapshots = {}
    classes = {row["city"].lower(): row["city_class"] for row in rules.city_classes}
    festive = frozenset(row["date"] for row in rules.holidays)
    for person, life in lives.items():
        first = life.first_seen_at
        for day in clock.as_of_dates:
            if first is not None and first.date() <= day:
                found[person, day] = {
                    **who(life, day),
                    **rhythm(life, day),
                    **behaviour(life, day),
                    **visits(life, day),
                    **consumption(life, day),
                    **basket(life, day),
                    **holidays(life, festive, day),
                    **participation(life, day),
                }
                city = found[person, day]["city"]
                found[person, day]["city_class"] = city and classes.get(
                    city.lower(), classes["default"]
                )
    return found
