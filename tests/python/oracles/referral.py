"""Who invited whom, what became of it, and what it is worth."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from oracles.clock import DAY, Clock, is_month_end
from oracles.days import Day
from oracles.features import ratio
from oracles.identity import Person
from oracles.orders import ZERO
from oracles.people import Life
from oracles.raw import Row
from oracles.repurchase import quantile
from oracles.rules import Rule

Record = dict[str, Any]


@dataclass(frozen=True)
class Invitation:
    """An invitation, and what became of it; nobody known may have sent it."""

    referral_id: str
    inviter: Person | None
    invitee: Person | None
    invited_at: datetime
    accepted_at: datetime | None
    status: str = "open"

    @property
    def day(self) -> date:
        """The business day of the invitation."""
        return self.invited_at.date()

    @property
    def month(self) -> date:
        """The month of the invitation."""
        return self.day.replace(day=1)

    def is_timely(self, days: int) -> bool:
        """True if accepted within so many days."""
        return (
            self.accepted_at is not None
            and (self.accepted_at.date() - self.day).days <= days
        )


def read_invitations(
    rows: Iterable[Row],
    of_account: Callable[[str], Person | None],
    is_known: Callable[[str], bool],
    account_since: Mapping[Person, datetime | None],
    as_of_date: date,
) -> list[Invitation]:
    """The invitations by persons; each person is brought by one of them at most."""
    sent = []
    for row in rows:
        inviter = of_account(row["inviter_user_id"])
        has_left = inviter is None and is_known(row["inviter_user_id"])
        if has_left or row["invited_at"].date() > as_of_date:
            continue
        invitee = row["invitee_user_id"] and of_account(row["invitee_user_id"])
        at = row["accepted_at"]
        known = at if at and at.date() <= as_of_date else None
        sent.append(
            Invitation(
                row["referral_id"], inviter, invitee or None, row["invited_at"], known
            )
        )
    brought: dict[Person, Invitation] = {}
    found: dict[str, Invitation] = {}
    for each in sorted(
        sent,
        key=lambda own: (
            own.accepted_at or datetime.max,
            own.invited_at,
            own.referral_id,
        ),
    ):
        status = "joined"
        if each.inviter is not None and each.inviter == each.invitee:
            status = "self"
        elif each.accepted_at is None:
            status = "open"
        elif each.invitee is None:
            status = "unknown"
        elif each.invitee in brought:
            status = "repeated"
        else:
            brought[each.invitee] = each
            since = account_since.get(each.invitee)
            if since is None or since < each.invited_at:
                status = "known_before"
        found[each.referral_id] = replace(each, status=status)
    return [*_without_rings(found).values()]


def _without_rings(found: dict[str, Invitation]) -> dict[str, Invitation]:
    """The invitations with each ring opened where its first member joined."""
    by_child = {
        each.invitee: each
        for each in found.values()
        if each.status == "joined" and each.inviter is not None
    }
    seen: set[Person | None] = set()
    for start in by_child:
        walk: list[Person | None] = []
        at: Person | None = start
        while at in by_child and at not in seen:
            seen.add(at)
            walk.append(at)
            at = by_child[at].inviter
        if at in walk:
            ring = [by_child[each] for each in walk[walk.index(at) :]]
            first = min(
                ring, key=lambda own: (own.accepted_at, own.invited_at, own.referral_id)
            )
            found[first.referral_id] = replace(first, status="circular")
    return found


@dataclass(frozen=True)
class Tree:
    """Who brought whom."""

    inviter_of: Mapping[Person, Person]

    def above(self, person: Person) -> list[Person]:
        """The inviter of a person, the inviter's inviter and so on."""
        found = []
        while person in self.inviter_of:
            person = self.inviter_of[person]
            found.append(person)
        return found


def read_tree(invitations: Iterable[Invitation]) -> Tree:
    """The tree of those who joined."""
    return Tree(
        {
            each.invitee: each.inviter
            for each in invitations
            if each.status == "joined" and each.invitee and each.inviter
        }
    )


def _days(begin: datetime | None, end: datetime | None) -> float | None:
    """Days between two moments; None if the second is unknown or came first."""
    if begin is None or end is None or end < begin:
        return None
    return (end - begin) / DAY


def _present(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _active(
    days: Iterable[tuple[Person, date]], member_since: Mapping[Person, date]
) -> Mapping[date, set[Person]]:
    """Who was active in each month and had an account by its end."""
    found: defaultdict[date, set[Person]] = defaultdict(set)
    for person, day in days:
        if member_since.get(person, day).replace(day=1) <= day:
            found[day.replace(day=1)].add(person)
    return found


def _months(first: date, last: date) -> Iterator[date]:
    """The first days of the months from that of one day to that of another."""
    while first <= last:
        yield first
        first = (first + 31 * DAY).replace(day=1)


def read_referral(
    invitations: Sequence[Invitation],
    member_days: Iterable[tuple[Person, date]],
    member_since: Mapping[Person, date],
    windows: Sequence[Rule],
    as_of_date: date,
) -> Iterator[Record]:
    """One row per month since the first invitation, and one for all time."""
    sent = [each for each in invitations if each.status != "self"]
    if not sent:
        return
    (window,) = [row["days"] for row in windows if row["window_code"] == "accept"]
    opening = min(each.month for each in sent)
    days = [(person, day) for person, day in member_days if day >= opening]
    active = _active(days, member_since)
    onward: defaultdict[Person, list[datetime]] = defaultdict(list)
    for each in sent:
        if each.inviter is not None:
            onward[each.inviter].append(each.invited_at)
    tree = read_tree(sent)
    groups = [("lifetime", opening, {person for person, _ in days}, sent)]
    for month in _months(opening, as_of_date):
        own = [each for each in sent if each.month == month]
        groups.append(("month", month, active[month], own))
    running = None if is_month_end(as_of_date) else as_of_date.replace(day=1)
    for grain, period, people, own in groups:
        joined = [each for each in own if each.status == "joined"]
        nexts = {
            each: min(
                (
                    at
                    for at in onward[each.invitee]
                    if each.accepted_at and at >= each.accepted_at
                ),
                default=None,
            )
            for each in joined
            if each.invitee
        }
        mature = [
            each for each in own if each.day + timedelta(days=window) <= as_of_date
        ]
        timely = [each for each in mature if each.is_timely(window)]
        new = [each for each in timely if each.status == "joined"]
        is_over = grain == "month" and period != running
        is_mature = is_over and len(mature) == len(own)
        per_user = ratio(len(own), len(people))
        k = None
        if is_mature:
            k = ratio(len(new), len(people))
        elif grain == "lifetime" and mature and per_user is not None:
            k = per_user * len(new) / len(mature)
        yield {
            "period_grain": grain,
            "period": period,
            "is_mature": is_mature,
            "active_users": len(people),
            "inviters": len({each.inviter for each in own} - {None}),
            "invites": len(own),
            "accepted_invites": sum(each.accepted_at is not None for each in own),
            "new_users": len(joined),
            "mature_invites": len(mature),
            "mature_accepted_invites": len(timely),
            "mature_new_users": len(new),
            "invites_per_user": per_user if is_over or grain == "lifetime" else None,
            "acceptance_rate": ratio(len(timely), len(mature)),
            "joining_rate": ratio(len(new), len(mature)),
            "k_factor": k,
            "median_days_to_accept": quantile(
                _present(_days(each.invited_at, each.accepted_at) for each in joined),
                0.5,
            ),
            "median_days_to_invite": quantile(
                _present(_days(each.accepted_at, at) for each, at in nexts.items()),
                0.5,
            ),
            "median_cycle_days": quantile(
                _present(_days(each.invited_at, at) for each, at in nexts.items()), 0.5
            ),
            "depth": max(
                (
                    len(tree.above(each.invitee))
                    for each in joined
                    if each.invitee and each.inviter
                ),
                default=None,
            ),
        }


def read_referral_value(
    lives: Mapping[Person, Life],
    days: Mapping[tuple[Person, date], Day],
    invitations: Iterable[Invitation],
    windows: Sequence[Rule],
    clock: Clock,
) -> Iterator[Record]:
    """What members are worth in their first days, by whether they were invited."""
    starts = {
        person: life.account_since_at.date()
        for person, life in lives.items()
        if life.account_since_at
    }
    by_person: defaultdict[Person, dict[date, Day]] = defaultdict(dict)
    for (person, when), day in days.items():
        by_person[person][when] = day
    (later,) = [row["days"] for row in windows if row["window_code"] == "return"]
    groups: defaultdict[tuple[str, date, str], list[Person]] = defaultdict(list)
    opening = min(starts.values(), default=clock.as_of_date).replace(day=1)
    invited = {each.invitee for each in invitations if each.status == "joined"}
    for person, start in starts.items():
        origin = "invited" if person in invited else "not_invited"
        groups["lifetime", opening, origin].append(person)
        groups["month", start.replace(day=1), origin].append(person)
    for window in windows:
        if window["window_code"] != "value":
            continue
        horizon = window["days"]
        for (grain, period, origin), people in groups.items():
            mature = [
                person
                for person in people
                if starts[person] >= clock.first_date
                and (clock.as_of_date - starts[person]).days >= horizon + later - 1
            ]
            first = {
                person: [
                    day
                    for when, day in by_person[person].items()
                    if 0 <= (when - starts[person]).days < horizon
                ]
                for person in mature
            }
            net = sum((day.net for own in first.values() for day in own), ZERO)
            orders = sum(day.orders for own in first.values() for day in own)
            back = sum(
                any(
                    0 <= (when - starts[person]).days - horizon < later
                    for when in by_person[person]
                )
                for person in mature
            )
            yield {
                "period_grain": grain,
                "period": period,
                "horizon_days": horizon,
                "origin": origin,
                "users": len(people),
                "mature_users": len(mature),
                "buyers": sum(any(day.orders for day in own) for own in first.values()),
                "orders": orders,
                "net_amount": net,
                "net_per_user": ratio(net, len(mature)),
                "orders_per_user": ratio(orders, len(mature)),
                "retained_users": back,
                "retention_rate": ratio(back, len(mature)),
            }


def read_inviters(
    invitations: Iterable[Invitation], net_of: Mapping[Person, Decimal]
) -> list[Record]:
    """One row per person who invited somebody else, the greatest tree first."""
    sent: defaultdict[Person, list[Invitation]] = defaultdict(list)
    for each in invitations:
        if each.status != "self" and each.inviter is not None:
            sent[each.inviter].append(each)
    tree = read_tree(each for own in sent.values() for each in own)
    below: defaultdict[Person, list[tuple[Person, int]]] = defaultdict(list)
    for person in tree.inviter_of:
        for level, ancestor in enumerate(tree.above(person), 1):
            below[ancestor].append((person, level))
    rows = [
        {
            "person": person,
            "invited_by": inviter.key if inviter else None,
            "depth": len(tree.above(person)),
            "invites": len(own),
            "accepted_invites": sum(each.accepted_at is not None for each in own),
            "direct_users": sum(each.status == "joined" for each in own),
            "descendant_users": len(below[person]),
            "depth_below": max((level for _, level in below[person]), default=0),
            "net_amount": net_of.get(person, ZERO),
            "descendant_net_amount": sum(
                (net_of.get(each, ZERO) for each, _ in below[person]), ZERO
            ),
        }
        for person, own in sent.items()
        for inviter in [tree.inviter_of.get(person)]
    ]
    rows.sort(
        key=lambda row: (
            -row["descendant_users"],
            -row["descendant_net_amount"],
            row["person"].key,
        )
    )
    for rank, row in enumerate(rows, 1):
        row["inviter_rank"] = rank
    return rows
