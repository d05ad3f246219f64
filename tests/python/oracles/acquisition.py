"""What brought people, what it cost, and what became of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from oracles.attribution import NOBODY, mark, marks_of
from oracles.clock import DAY, Clock
from oracles.days import Day
from oracles.identity import Person
from oracles.orders import ZERO
from oracles.people import Life
from oracles.raw import Row
from oracles.rules import Rule

NONE, UNKNOWN = "(none)", "(unknown)"
DIMENSIONS = ("channel", "media", "ad_type", "ad_content", "keyword")
Ad = tuple[str, ...]


@dataclass(frozen=True)
class Spend:
    """What an advertisement cost and claims on a day."""

    day: date
    ad: Ad
    campaign: str
    amount: Decimal
    impressions: int
    clicks: int


@dataclass(frozen=True)
class Newcomer:
    """A person with the advertisement of the first session."""

    person: Person
    ad: Ad
    seen: date
    registered: date | None
    activated: date | None
    ordered: date | None
    days: Mapping[date, Day]

    def value(self, until: date) -> Decimal:
        """What the person brought until a day."""
        return sum((each.net for day, each in self.days.items() if day <= until), ZERO)

    def is_retained(self, end: date, within: int) -> bool:
        """True if active in the last days up to one, and not on the first day only."""
        return any(
            end - timedelta(days=within) < day <= end and day > self.seen
            for day in self.days
        )


def read_spend(rows: Iterable[Row], day: date) -> list[Spend]:
    """The spend by the as-of day."""
    return [
        Spend(
            day=row["spend_date"],
            ad=tuple(mark(row[name]) for name in DIMENSIONS),
            campaign=mark(row["campaign_id"]),
            amount=row["amount"] or ZERO,
            impressions=row["impressions"] or 0,
            clicks=row["clicks"] or 0,
        )
        for row in rows
        if row["spend_date"] <= day
    ]


def _ad_type(spends: Sequence[Spend], marks: Mapping[str, str]) -> str:
    """The type of the advertisement with some marks, if the spend tells one."""
    own = tuple(marks[name] for name in DIMENSIONS if name != "ad_type")
    same = [each for each in spends if (*each.ad[:2], *each.ad[3:]) == own]
    closer = [each for each in same if each.campaign == marks["campaign_id"]]
    types = {each.ad[2] for each in closer or same}
    return NONE if not types else types.pop() if len(types) == 1 else UNKNOWN


def _did(day: Day, names: set[str], act: str) -> bool:
    """True if a person-day holds an act that activates."""
    if act == "engaged_session":
        return day.engaged_sessions > 0
    return day.orders > 0 if act == "order" else act in names


def read_newcomers(
    lives: Iterable[Life],
    days: Mapping[tuple[Person, date], Day],
    spends: Sequence[Spend],
    activations: Sequence[Rule],
    as_of_date: date,
) -> Iterator[Newcomer]:
    """Everyone who was ever seen."""
    known: dict[tuple[str, ...], str] = {}
    own: defaultdict[Person, dict[date, Day]] = defaultdict(dict)
    for (person, day), each in days.items():
        own[person][day] = each
    for life in lives:
        if life.first_seen_at is None:
            continue
        seen = life.first_seen_at.date()
        marks = {"channel": NOBODY, "media": NONE, "ad_content": NONE, "keyword": NONE}
        ad_type = NONE
        if life.sessions:
            first = life.sessions[0]
            marks = {"channel": first.channel, **marks_of(first)}
            key = tuple(marks.values())
            if key not in known:
                known[key] = _ad_type(spends, marks)
            ad_type = known[key]
        named: defaultdict[date, set[str]] = defaultdict(set)
        for event in life.events:
            named[event.day] |= {event.row["event_name"], event.event_type or ""}
        acts = [
            day
            for day, each in own[life.person].items()
            for rule in activations
            if (day - seen).days <= rule["within_days"]
            and _did(each, named[day], rule["activation_event"])
        ]
        standing = [each.day for each in life.orders if each.stands(as_of_date)]
        yield Newcomer(
            person=life.person,
            ad=tuple({**marks, "ad_type": ad_type}[name] for name in DIMENSIONS),
            seen=seen,
            registered=life.registered_at and life.registered_at.date(),
            activated=min(acts, default=None),
            ordered=standing[0] if standing else None,
            days=own[life.person],
        )


def _quotient(amount: Decimal, number: int) -> float | None:
    """What one of a number costs; None of none."""
    return float(amount) / number if number else None


def payback(
    people: Sequence[Newcomer], spend: Decimal, last: date, clock: Clock
) -> int | None:
    """The first day on which people had brought what was spent, all having lived it;
    of whom the first days lie before the data nobody knows.
    """
    if spend <= 0:
        return None
    people = [each for each in people if each.seen >= clock.first_date]
    for number in range((clock.as_of_date - last).days + 1):
        if (
            sum((each.value(each.seen + number * DAY) for each in people), ZERO)
            >= spend
        ):
            return number
    return None


def read_acquisition(
    people: Sequence[Newcomer],
    spends: Sequence[Spend],
    returns: Mapping[int, int],
    clock: Clock,
) -> Iterator[dict[str, Any]]:
    """One row per day and advertisement; `returns` has the days by horizon."""
    spent: defaultdict[tuple[date, Ad], list[Spend]] = defaultdict(list)
    came: defaultdict[tuple[date, Ad], list[Newcomer]] = defaultdict(list)
    steps: dict[str, defaultdict[tuple[date, Ad], int]] = {
        name: defaultdict(int) for name in ("registered", "activated", "ordered")
    }
    for spend in spends:
        spent[spend.day, spend.ad].append(spend)
    for each in people:
        came[each.seen, each.ad].append(each)
        for name, counts in steps.items():
            if getattr(each, name) is not None:
                counts[getattr(each, name), each.ad] += 1
    for place in {*spent, *came, *(key for counts in steps.values() for key in counts)}:
        day, ad = place
        own, cost = came.get(place, []), spent.get(place, [])
        amount = sum((each.amount for each in cost), ZERO)
        registrations = steps["registered"].get(place, 0)
        orders = steps["ordered"].get(place, 0)
        row = {
            "date": day,
            **dict(zip(DIMENSIONS, ad, strict=True)),
            "visitors": len(own),
            "registrations": registrations,
            "activations": steps["activated"].get(place, 0),
            "first_orders": orders,
            "spend": amount,
            "impressions": sum(each.impressions for each in cost),
            "clicks": sum(each.clicks for each in cost),
            "cost_per_registration": _quotient(amount, registrations),
            "cac": _quotient(amount, orders),
            "registered_users": sum(each.registered is not None for each in own),
            "activated_users": sum(each.activated is not None for each in own),
            "buyers": sum(each.ordered is not None for each in own),
            "payback_days": payback(own, amount, day, clock),
        }
        for horizon, within in returns.items():
            end = day + horizon * DAY
            is_mature = clock.first_date <= day and end <= clock.as_of_date
            mature = own if is_mature else []
            kept = sum(each.is_retained(end, within) for each in mature)
            row |= {
                f"mature_{horizon}d": len(mature),
                f"retained_{horizon}d": kept,
                f"retention_rate_{horizon}d": kept / len(mature) if mature else None,
                f"value_{horizon}d": sum((each.value(end) for each in mature), ZERO),
            }
        yield row


def read_quality(
    people: Sequence[Newcomer],
    spends: Sequence[Spend],
    returns: Mapping[int, int],
    clock: Clock,
) -> Iterator[dict[str, Any]]:
    """One row per month, channel and horizon of which a day is over."""
    cohorts: defaultdict[tuple[date, str], tuple[list[Newcomer], list[Spend]]]
    cohorts = defaultdict(lambda: ([], []))
    for each in people:
        for channel in (each.ad[0], "all"):
            cohorts[each.seen.replace(day=1), channel][0].append(each)
    for spend in spends:
        for channel in (spend.ad[0], "all"):
            cohorts[spend.day.replace(day=1), channel][1].append(spend)
    for (month, channel), (own, cost) in cohorts.items():
        last = (month + 31 * DAY).replace(day=1) - DAY
        told = [each for each in cost if each.day >= clock.first_date]
        paid = payback(own, sum((x.amount for x in told), ZERO), last, clock)
        for horizon, within in returns.items():
            final = clock.as_of_date - horizon * DAY
            mature = [each for each in own if clock.first_date <= each.seen <= final]
            days = [each for each in told if each.day <= final]
            if not mature and not days:
                continue
            amount = sum((each.amount for each in days), ZERO)
            ends = {each.person: each.seen + horizon * DAY for each in mature}
            members = [
                each
                for each in mature
                if each.registered and each.registered <= ends[each.person]
            ]
            buyers = sum(
                each.ordered is not None and each.ordered <= ends[each.person]
                for each in mature
            )
            kept = sum(each.is_retained(ends[each.person], within) for each in members)
            value = sum((each.value(ends[each.person]) for each in mature), ZERO)
            yield {
                "cohort_month": month,
                "channel": channel,
                "horizon_days": horizon,
                "is_mature": last <= final,
                "visitors": len(mature),
                "registrations": len(members),
                "buyers": buyers,
                "retained_users": kept,
                "retention_rate": kept / len(members) if members else None,
                "value_amount": value,
                "value_per_registration": _quotient(value, len(members)),
                "spend": amount,
                "cost_per_registration": _quotient(amount, len(members)),
                "cac": _quotient(amount, buyers),
                "payback_days": paid,
            }
