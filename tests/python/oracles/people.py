"""Everyone: when a person came, what is known of the person, and since when."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from oracles.acts import Act, Line
from oracles.clock import DAY
from oracles.identity import FOREVER, Identity, Person
from oracles.orders import Order
from oracles.raw import Row
from oracles.sessions import Event, Session

ATTRIBUTES = (
    "registered_at",
    "signup_channel",
    "birth_date",
    "gender",
    "city",
    "region",
    "country",
    "language",
    "timezone",
)
OLDEST = 120
DAWN = date(1900, 1, 1)
UNKNOWN_PERSON: Mapping[str, Any] = dict.fromkeys(ATTRIBUTES)


@dataclass
class Life:
    """All that is known of one person, in order of time."""

    person: Person
    device_count: int = 0
    accounts: dict[Person, list[Row]] = field(default_factory=dict)
    profile: Person | None = None
    events: list[Event] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def versions(self) -> list[Row]:
        """The versions of the account that tells who the person is."""
        return self.accounts[self.profile] if self.profile else []

    def attributes(self, day: date) -> Mapping[str, Any]:
        """The attributes known at the end of a day; before the first, the first."""
        if not self.versions:
            return UNKNOWN_PERSON
        known = [row for row in self.versions if row["loaded_at"].date() <= day]
        if known:
            return known[-1]
        begin = self.versions[0]["loaded_at"].date()
        return [row for row in self.versions if row["loaded_at"].date() == begin][-1]

    @property
    def registered_at(self) -> datetime | None:
        """The first registration of an account, each by its latest version."""
        times = (rows[-1]["registered_at"] for rows in self.accounts.values() if rows)
        return min((each for each in times if each is not None), default=None)

    @property
    def first_seen_at(self) -> datetime | None:
        """First registration, visit or order."""
        times = (
            self.registered_at,
            self.events[0].event_at if self.events else None,
            self.orders[0].ordered_at if self.orders else None,
        )
        return min((each for each in times if each is not None), default=None)

    @property
    def account_since_at(self) -> datetime | None:
        """First registration, identified event or order."""
        identified = (each.event_at for each in self.events if each.is_identified)
        times = (
            self.registered_at,
            next(identified, None),
            self.orders[0].ordered_at if self.orders else None,
        )
        return min((each for each in times if each is not None), default=None)

    def first_session(self, day: date) -> Session | None:
        """The first session begun by the end of a day."""
        return next((each for each in self.sessions if each.day <= day), None)

    def first_platform(self, day: date) -> str | None:
        """The platform of the first session, else of the first order, by a day."""
        session = self.first_session(day)
        if session is not None:
            return session.platform
        return next((each.platform for each in self.orders if each.day <= day), None)


def _seen(versions: Sequence[Row], as_of_date: date) -> list[Row]:
    """The versions known by the as-of day; those of the first day always are."""
    ordered = sorted(versions, key=lambda row: row["loaded_at"])
    days = [row["loaded_at"].date() for row in ordered]
    return [
        row
        for row, day in zip(ordered, days, strict=True)
        if day <= max(as_of_date, days[0])
    ]


def _open_accounts(
    identity: Identity,
    users: Sequence[Row],
    lives: Mapping[Person, Life],
    as_of_date: date,
) -> None:
    """Give each person the accounts with their versions; the oldest one tells."""
    versions: defaultdict[str, list[Row]] = defaultdict(list)
    for row in users:
        versions[row["user_id"]].append(row)
    for account in sorted(identity.ids, key=identity.seniority):
        person = identity.of_account(account.id) if account.is_account else None
        if person is not None:
            life, rows = lives[person], versions[account.id]
            life.accounts[account] = _seen(rows, as_of_date) if rows else []
            if rows and life.profile is None:
                life.profile = account


def read_people(
    identity: Identity,
    users: Sequence[Row],
    events: Iterable[Event],
    sessions: Iterable[Session],
    orders: Iterable[Order],
    as_of_date: date,
) -> dict[Person, Life]:
    """The lives of everyone with an id who is not internal."""
    devices: defaultdict[Person, set[str]] = defaultdict(set)
    lives: dict[Person, Life] = {}
    for owned in identity.ownerships():
        lives.setdefault(owned.person, Life(owned.person))
        if owned.id_type == "anonymous_id":
            devices[owned.person].add(owned.id)
    for person, names in devices.items():
        lives[person].device_count = len(names)
    _open_accounts(identity, users, lives, as_of_date)
    for event in sorted(events, key=lambda each: (each.event_at, each.event_id)):
        lives[event.person].events.append(event)
    for session in sorted(sessions, key=lambda each: (each.started_at, each.platform)):
        lives[session.person].sessions.append(session)
    for order in sorted(orders, key=lambda each: each.place):
        lives[order.person].orders.append(order)
    return lives


def versions_by_day(life: Life) -> Iterator[dict[str, Any]]:
    """The versions of each account by business day, the last of a day standing."""
    for account, rows in life.accounts.items():
        latest = {row["loaded_at"].date(): row for row in rows}
        begins = [*sorted(latest), FOREVER.date()]
        for place, begin in enumerate(begins[:-1]):
            yield {
                "person": life.person,
                "user_id": account.id,
                "is_profile": account == life.profile,
                "valid_from": DAWN if place == 0 else begin,
                "valid_to": begins[place + 1],
                **{name: latest[begin][name] for name in ATTRIBUTES},
            }


def age_years(birth_date: date | None, day: date) -> int | None:
    """Birthdays until a day; None where nobody can be that old.

    Who was born on 29 February has the 28th in other years.
    """
    if birth_date is None:
        return None
    eve_of_march = (date(day.year, 3, 1) - DAY).day
    leap = (birth_date.month, birth_date.day) == (2, 29)
    birthday = (2, eve_of_march) if leap else (birth_date.month, birth_date.day)
    years = day.year - birth_date.year - ((day.month, day.day) < birthday)
    return years if 0 <= years <= OLDEST else None


def days_until(moment: date | datetime | None, day: date) -> int | None:
    """Days to the next anniversary of a day; 29 February is the 28th elsewhere."""
    begin = moment.date() if isinstance(moment, datetime) else moment
    if begin is None or age_years(begin, day) is None:
        return None
    for year in (day.year, day.year + 1):
        leap = begin.month == 2 and begin.day == 29
        last = date(year, 3, 1) - DAY
        again = last if leap else begin.replace(year=year)
        if again > day:
            return (again - day).days
    return None


def days_since(moment: date | datetime | None, day: date) -> int | None:
    """Whole days from a business day to another; None before it or without it."""
    if moment is None:
        return None
    begin = moment.date() if isinstance(moment, datetime) else moment
    return (day - begin) // DAY if begin <= day else None
