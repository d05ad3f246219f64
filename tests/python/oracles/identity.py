"""Whose an id is: ids joined into persons, devices that several use, who is left out.

Everything is told from single events, links and profiles: no intervals and no labels,
but a union-find over the edges that stand, and the owner of a device asked for a time.
"""

from base64 import urlsafe_b64encode
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import md5
from typing import NamedTuple

from oracles.raw import Row
from oracles.rules import Rule, Rules, is_valid

ALWAYS = datetime(1900, 1, 1)
FOREVER = datetime(9999, 12, 31)
MICROSECOND = timedelta(microseconds=1)
ACCOUNT, DEVICE = "user_id", "anonymous_id"
CONNECTED = "connected"
NEVER_MERGE = "never_merge_identified"
LAST_LOGIN = "last_login"


class Person(NamedTuple):
    """An id; and a person, by the id that names it."""

    id_type: str
    id: str

    @property
    def is_account(self) -> bool:
        """True for an account."""
        return self.id_type == ACCOUNT

    @property
    def key(self) -> str:
        """The key that the warehouse gives the person of this id."""
        digest = md5("\x1f".join(self).encode(), usedforsecurity=False).digest()
        return urlsafe_b64encode(digest)[:12].decode()


Id = Person


class Ownership(NamedTuple):
    """An id that belongs to a person from one time until before another."""

    id_type: str
    id: str
    person: Person
    valid_from: datetime
    valid_to: datetime


class Login(NamedTuple):
    """An event of an account on a device."""

    at: datetime
    event_id: str
    account: Id


@dataclass
class Edge:
    """Two ids that a source says are one person, and why that is not believed."""

    one: Id
    other: Id
    source: str
    times: list[datetime | None] = field(default_factory=list)
    cut_reason: str | None = None

    @property
    def known(self) -> list[datetime]:
        """The times that are known, in order."""
        return sorted(each for each in self.times if each is not None)

    @property
    def first(self) -> datetime | None:
        """When it was first seen."""
        return self.known[0] if self.known else None

    @property
    def last(self) -> datetime | None:
        """When it was last seen."""
        return self.known[-1] if self.known else None

    @property
    def pair(self) -> frozenset[Id]:
        """The two ids."""
        return frozenset((self.one, self.other))

    def beyond(self, this: Id) -> Id:
        """The other end."""
        return self.other if this == self.one else self.one


class Forest:
    """Disjoint sets of ids."""

    def __init__(self) -> None:
        """Every id alone."""
        self.parent: dict[Id, Id] = {}

    def find(self, this: Id) -> Id:
        """The id that stands for the set."""
        path = [this]
        while self.parent.get(path[-1], path[-1]) != path[-1]:
            path.append(self.parent[path[-1]])
        for each in path:
            self.parent[each] = path[-1]
        return path[-1]

    def join(self, one: Id, other: Id) -> None:
        """Make one set of two."""
        self.parent[self.find(one)] = self.find(other)


@dataclass
class Device:
    """The logins on a device that count, in order, and how far one reaches."""

    logins: list[Login] = field(default_factory=list)
    gap: timedelta | None = None

    @property
    def accounts(self) -> set[Id]:
        """The accounts that used it."""
        return {each.account for each in self.logins}

    @property
    def is_shared(self) -> bool:
        """True if several accounts used it."""
        return len(self.accounts) > 1

    def owner(self, at: datetime) -> Id | None:
        """The account of the login that follows, else of the one before, in reach."""
        times = [each.at for each in self.logins]
        place = bisect_left(times, at)
        if place < len(times) and self._reaches(times[place] - at):
            return self.logins[place].account
        if place > 0 and self._reaches(at - times[place - 1]):
            return self.logins[place - 1].account
        return None

    def _reaches(self, distance: timedelta) -> bool:
        """True if a login tells whose an event so far from it is."""
        return self.gap is None or distance <= self.gap

    def turning_points(self) -> list[datetime]:
        """Every time at which the owner may change."""
        found = {ALWAYS}
        for login in self.logins:
            found |= {login.at, login.at + MICROSECOND}
            if self.gap is not None:
                found |= {login.at - self.gap, login.at + self.gap + MICROSECOND}
        return sorted(found)


@dataclass(frozen=True)
class Settings:
    """The rules of identity and the policy."""

    types: Mapping[str, Rule]
    denied: Sequence[Rule]
    overrides: Sequence[Rule]
    policy: str = CONNECTED

    def of_type(self, id_type: str) -> Rule:
        """The row of a type of id, or that of all others."""
        return self.types.get(id_type) or self.types["default"]

    @property
    def gap(self) -> timedelta | None:
        """How far a login reaches."""
        days = self.of_type(DEVICE)["login_gap_days"]
        return None if days is None else timedelta(days=days)


def read_settings(rules: Rules, as_of_date: date, policy: str = CONNECTED) -> Settings:
    """The settings by the rule seeds."""
    return Settings(
        types={each["id_type"]: each for each in rules.identity_types},
        denied=rules.identity_denied,
        overrides=[e for e in rules.identity_overrides if is_valid(e, as_of_date)],
        policy=policy,
    )


class Identity:
    """Every id, and whose it is, at the end of a day."""

    def __init__(
        self, raw: Mapping[str, Sequence[Row]], settings: Settings, as_of_date: date
    ) -> None:
        """Work it all out from the rows of the raw tables that stay."""
        self.settings, self.as_of_date = settings, as_of_date
        self.events = self._seen(raw["events"], "event_at")
        self.orders = self._seen(raw["orders"], "ordered_at")
        self.links = self._seen(raw["identity_links"], "observed_at")
        self.erasures = self._seen(raw["erasure_requests"], "requested_at")
        self.users = raw["users"]
        self.vouched = {
            each
            for rule in settings.overrides
            if rule["action"] == "include"
            for each in _pair(rule)
        }
        self.excluded = {
            frozenset(_pair(rule))
            for rule in settings.overrides
            if rule["action"] == "exclude"
        }
        self.edges = self._edges()
        self._judge()
        self._cap()
        self._choose()

    # What is seen

    def _seen(self, rows: Sequence[Row], time: str) -> list[Row]:
        """The rows that had happened by the as-of day."""
        return [row for row in rows if row[time].date() <= self.as_of_date]

    def _is_past(self, moment: datetime | None) -> bool:
        """True if something without a time, or of this time, is known."""
        return moment is None or moment.date() <= self.as_of_date

    def is_denied(self, this: Id) -> bool:
        """True for an id that is nobody."""
        if this in self.vouched:
            return False
        text = this.id.strip().lower()
        return any(
            rule["id_type"] in ("any", this.id_type)
            and (
                set(text) <= set(rule["id"])
                if rule["match_kind"] == "made_of"
                else text == rule["id"]
            )
            for rule in self.settings.denied
        )

    def account_of(self, event: Row) -> Id | None:
        """The account that an event names; None for one that is nobody."""
        named = event["user_id"] and Id(ACCOUNT, event["user_id"])
        return named if named and not self.is_denied(named) else None

    def device_of(self, event: Row) -> Id | None:
        """The device that an event names; None for one that is nobody."""
        named = event["anonymous_id"] and Id(DEVICE, event["anonymous_id"])
        return named if named and not self.is_denied(named) else None

    @cached_property
    def devices(self) -> Mapping[Id, Device]:
        """The devices of all events with the logins that count."""
        found: defaultdict[Id, Device] = defaultdict(
            lambda: Device(gap=self.settings.gap)
        )
        for row in self.events:
            device, account = self.device_of(row), self.account_of(row)
            if device is None:
                continue
            logins = found[device].logins
            if account is not None and {device, account} not in self.excluded:
                logins.append(Login(row["event_at"], row["event_id"], account))
        for each in found.values():
            each.logins.sort()
        return dict(found)

    def _profiles(self) -> Iterator[tuple[Id, str, str | None, datetime | None]]:
        """What each version of an account says: account, type, hash and time."""
        versions: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.users:
            versions[row["user_id"]].append(row)
        for account, rows in versions.items():
            rows.sort(key=lambda row: row["loaded_at"] or datetime.min)
            for place, row in enumerate(rows):
                at = row["loaded_at"]
                if place == 0:
                    at = row["registered_at"] or at
                at = None if at == datetime.min else at
                for kind in ("email_hash", "phone_hash"):
                    yield Id(ACCOUNT, account), kind, row[kind], at

    def _statements(self) -> Iterator[tuple[Id, Id, str, datetime | None]]:
        """Every statement that two ids are one person."""
        for row in self.events:
            if row["anonymous_id"] and row["user_id"]:
                device, account = row["anonymous_id"], row["user_id"]
                yield Id(DEVICE, device), Id(ACCOUNT, account), "login", row["event_at"]
        for account, kind, text, at in self._profiles():
            if text and self._is_past(at):
                yield Id(kind, text), account, "profile", at
        for row in self.links:
            source = "link" if row["source"] is None else f"link:{row['source']}"
            yield *_pair(row), source, row["observed_at"]
        for rule in self.settings.overrides:
            if rule["action"] == "include":
                begin = datetime.combine(rule["valid_from"], datetime.min.time())
                yield *_pair(rule), "manual", begin if begin > ALWAYS else None

    def _edges(self) -> list[Edge]:
        """The statements by pair and source."""
        found: dict[tuple[frozenset[Id], str], Edge] = {}
        for one, other, source, at in self._statements():
            if one == other:
                continue
            first, last = sorted((one, other), key=lambda each: (each.is_account, each))
            edge = found.setdefault(
                (frozenset((one, other)), source), Edge(first, last, source)
            )
            edge.times.append(at)
        return list(found.values())

    # Which edges stand

    def _judge(self) -> None:
        """Cut what speaks against itself."""
        policy = self.settings.policy
        for edge in self.edges:
            device = self.devices.get(edge.one, Device())
            is_login = edge.source == "login"
            if edge.pair in self.excluded:
                edge.cut_reason = "excluded"
            elif self.is_denied(edge.one) or self.is_denied(edge.other):
                edge.cut_reason = "denied"
            elif policy == LAST_LOGIN:
                is_last = is_login and device.logins[-1].account == edge.other
                edge.cut_reason = None if is_last else "policy"
            elif is_login and device.is_shared:
                edge.cut_reason = "shared"
            elif policy == NEVER_MERGE and edge.one.is_account:
                edge.cut_reason = "policy"

    def _around(self) -> Mapping[Id, Mapping[Id, list[Edge]]]:
        """The edges that stand, by id and neighbour."""
        found: defaultdict[Id, defaultdict[Id, list[Edge]]]
        found = defaultdict(lambda: defaultdict(list))
        for edge in self.edges:
            if edge.cut_reason is None:
                found[edge.one][edge.other].append(edge)
                found[edge.other][edge.one].append(edge)
        return found

    @staticmethod
    def _by_strength(neighbours: Mapping[Id, list[Edge]]) -> list[Id]:
        """The neighbours of an id, the strongest first."""

        def weakness(other: Id) -> tuple[object, ...]:
            edges = neighbours[other]
            sources = {edge.source for edge in edges}
            last = max(edge.last or datetime.min for edge in edges)
            return (
                "manual" not in sources,
                "login" not in sources,
                not other.is_account,
                -sum(len(edge.times) for edge in edges),
                datetime.max - last,
                other,
            )

        return sorted(neighbours, key=weakness)

    def _cap(self) -> None:
        """Cut the weakest of the accounts that an id joins beyond its cap."""
        beyond: list[Edge] = []
        for this, neighbours in self._around().items():
            accounts = [
                other
                for other in self._by_strength(neighbours)
                if other.is_account
                and all(edge.source != "manual" for edge in neighbours[other])
            ]
            cap = self.settings.of_type(this.id_type)["max_accounts"]
            for other in accounts[cap:]:
                beyond += neighbours[other]
        for edge in beyond:
            edge.cut_reason = "capped"

    def _choose(self) -> None:
        """Where accounts never merge, leave each other id its strongest neighbour."""
        if self.settings.policy != NEVER_MERGE:
            return
        chosen = {
            frozenset((this, self._by_strength(neighbours)[0]))
            for this, neighbours in self._around().items()
            if not this.is_account
        }
        for edge in self.edges:
            if edge.cut_reason is None and edge.pair not in chosen:
                edge.cut_reason = "policy"

    # Persons

    @cached_property
    def named(self) -> set[Id]:
        """Every id that is known, also if it is nobody."""
        found = {Id(DEVICE, row["anonymous_id"]) for row in self.events}
        found |= {Id(ACCOUNT, row["user_id"]) for row in (*self.events, *self.orders)}
        found |= {
            Id(ACCOUNT, row["user_id"])
            for row in self.users
            if self._is_past(row["registered_at"] or row["loaded_at"])
        }
        found |= {each for edge in self.edges for each in edge.pair}
        return {each for each in found if each.id}

    @cached_property
    def ids(self) -> set[Id]:
        """Every id that is somebody."""
        return {each for each in self.named if not self.is_denied(each)}

    @cached_property
    def age(self) -> Mapping[Id, datetime]:
        """When each account and device was first seen, if ever."""
        found: dict[Id, datetime] = {}

        def seen(this: Id, at: datetime | None) -> None:
            if at is not None and at.date() <= self.as_of_date:
                found[this] = min(at, found.get(this, FOREVER))

        for row in self.events:
            seen(Id(ACCOUNT, row["user_id"]), row["event_at"])
            seen(Id(DEVICE, row["anonymous_id"]), row["event_at"])
        for row in self.orders:
            seen(Id(ACCOUNT, row["user_id"]), row["ordered_at"])
        for row in self.users:
            seen(Id(ACCOUNT, row["user_id"]), row["registered_at"])
        return found

    def seniority(self, this: Id) -> tuple[object, ...]:
        """What the id that names a person has least of."""
        kind = {ACCOUNT: 0, DEVICE: 1}.get(this.id_type, 2)
        return kind, self.age.get(this, FOREVER) if kind < 2 else FOREVER, this

    @cached_property
    def person_of(self) -> Mapping[Id, Person]:
        """The person of each id; of a shared device that of its unclaimed events."""
        forest = Forest()
        joined: set[Id] = set()
        for edge in self.edges:
            if edge.cut_reason is None:
                forest.join(edge.one, edge.other)
                joined |= edge.pair
        for this, device in self.devices.items():
            persons = {forest.find(each) for each in device.accounts}
            if device.is_shared and this not in joined and len(persons) == 1:
                forest.join(this, next(iter(persons)))
        members: defaultdict[Id, list[Id]] = defaultdict(list)
        for each in self.ids:
            members[forest.find(each)].append(each)
        return {
            each: min(group, key=self.seniority)
            for group in members.values()
            for each in group
        }

    @cached_property
    def absent(self) -> set[Person]:
        """The persons who are left out, as internal or erased."""
        accounts = {row["user_id"] for row in self.users if row["is_internal"]}
        accounts |= {row["user_id"] for row in self.erasures}
        found = {self.person_of.get(Id(ACCOUNT, each)) for each in accounts}
        return {each for each in found if each is not None}

    def splits(self, this: Id) -> bool:
        """True for a device whose events logins share out."""
        device = self.devices.get(this)
        split = device is not None and device.is_shared
        return split and self.settings.policy != LAST_LOGIN

    def owner(self, this: Id, at: datetime) -> Person:
        """The person of an id at a time, be it left out."""
        account = self.devices[this].owner(at) if self.splits(this) else None
        return self.person_of[account or this]

    def of_account(self, user_id: str) -> Person | None:
        """The person of an account; None if nobody or left out."""
        person = self.person_of.get(Id(ACCOUNT, user_id))
        return None if person in self.absent else person

    def is_known(self, user_id: str) -> bool:
        """True for an account that the warehouse knows, be it nobody or left out."""
        return Id(ACCOUNT, user_id) in self.named

    def of_event(self, event: Row) -> Person | None:
        """The person of an event; None if nobody or left out."""
        account, device = self.account_of(event), self.device_of(event)
        if account is not None:
            return self.of_account(account.id)
        if device is None:
            return None
        person = self.owner(device, event["event_at"])
        return None if person in self.absent else person

    def is_nobodys(self, event: Row) -> bool:
        """True for an event all of whose ids are denied."""
        return self.account_of(event) is None and self.device_of(event) is None

    def ownerships(self) -> list[Ownership]:
        """Every id with the intervals in which it belongs to a person."""
        found = []
        for this in self.ids:
            points = [ALWAYS]
            if self.splits(this):
                points = self.devices[this].turning_points()
            spans: list[tuple[Person, datetime]] = []
            for point in points:
                person = self.owner(this, point)
                if not spans or spans[-1][0] != person:
                    spans.append((person, point))
            ends = [*(begin for _, begin in spans[1:]), FOREVER]
            found += [
                Ownership(*this, person, begin, end)
                for (person, begin), end in zip(spans, ends, strict=True)
                if person not in self.absent
            ]
        return found

    # What a merge moved

    def joins(self) -> Mapping[Id, tuple[datetime | None, str]]:
        """When and by which source each id was joined to the one that names it."""
        found: dict[Id, tuple[datetime | None, str]] = {}
        members: dict[Id, set[Id]] = {}
        stand = [edge for edge in self.edges if edge.cut_reason is None]
        for edge in sorted(stand, key=lambda e: (e.first or ALWAYS, e.source)):
            one = members.setdefault(edge.one, {edge.one})
            other = members.setdefault(edge.other, {edge.other})
            if one is other:
                continue
            person = self.person_of[edge.one]
            for newcomers, home in ((one, other), (other, one)):
                if person in home:
                    found |= dict.fromkeys(newcomers, (edge.first, edge.source))
            one |= other
            members |= dict.fromkeys(other, one)
        for this, device in self.devices.items():
            if self.person_of[this] != this and this not in found:
                found[this] = (device.logins[0].at, "login")
        return found

    def event_counts(self) -> Counter[Id]:
        """The events that go where an id goes."""
        return Counter(
            self.account_of(row) or self.device_of(row)
            for row in self.events
            if not self.is_nobodys(row)
        )


def _pair(row: Row) -> tuple[Id, Id]:
    """The two ids of a link or an override."""
    one = Id(row["id_type_1"].strip().lower(), row["id_1"].strip())
    return one, Id(row["id_type_2"].strip().lower(), row["id_2"].strip())
