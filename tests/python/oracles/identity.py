"""Whose an id is: accounts, devices that change hands, and who is left out."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from oracles.raw import Row

ALWAYS = datetime(1900, 1, 1)
FOREVER = datetime(9999, 12, 31)
MICROSECOND = timedelta(microseconds=1)


class Person(NamedTuple):
    """A person, by account or, without one, by device."""

    id_type: str
    id: str


class Ownership(NamedTuple):
    """An id that belongs to a person from one time until before another."""

    id_type: str
    id: str
    person: Person
    valid_from: datetime
    valid_to: datetime


@dataclass
class Device:
    """The identified events of a device, in order."""

    times: list[datetime] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)

    def owner(self, at: datetime) -> str | None:
        """The account of the next identified event, else of the last one."""
        if not self.accounts:
            return None
        return self.accounts[min(bisect_left(self.times, at), len(self.times) - 1)]

    def runs(self) -> list[tuple[str, datetime, datetime]]:
        """The accounts in turn, each up to the time of its last event in a row."""
        found: list[tuple[str, datetime, datetime]] = []
        begin = ALWAYS
        last = len(self.accounts) - 1
        for place, account in enumerate(self.accounts):
            if place < last and self.accounts[place + 1] == account:
                continue
            end = FOREVER if place == last else self.times[place] + MICROSECOND
            if begin < end:
                found.append((account, begin, end))
            begin = end
        return found


class Identity:
    """Every id, and whose it is."""

    def __init__(
        self, events: Sequence[Row], orders: Sequence[Row], users: Sequence[Row]
    ) -> None:
        """Work out the devices and the accounts that stay."""
        self.internal = {row["user_id"] for row in users if row["is_internal"]}
        self.accounts = {
            row["user_id"]
            for row in (*events, *orders, *users)
            if row["user_id"] is not None
        } - self.internal
        self.devices: defaultdict[str, Device] = defaultdict(Device)
        for row in sorted(events, key=lambda row: (row["event_at"], row["event_id"])):
            if row["anonymous_id"] is None:
                continue
            device = self.devices[row["anonymous_id"]]
            if row["user_id"] is not None:
                device.times.append(row["event_at"])
                device.accounts.append(row["user_id"])

    def of_account(self, user_id: str) -> Person | None:
        """The person of an account; None if internal."""
        return None if user_id in self.internal else Person("user_id", user_id)

    def of_event(self, event: Row) -> Person | None:
        """The person of an event; None if internal."""
        account = event["user_id"]
        if account is None:
            device: str = event["anonymous_id"]
            account = self.devices[device].owner(event["event_at"])
            if account is None:
                return Person("anonymous_id", device)
        return self.of_account(account)

    def ownerships(self) -> list[Ownership]:
        """Every id with the intervals in which it belongs to a person."""
        found = [
            Ownership("user_id", each, Person("user_id", each), ALWAYS, FOREVER)
            for each in self.accounts
        ]
        for name, device in self.devices.items():
            if not device.accounts:
                person = Person("anonymous_id", name)
                found.append(Ownership(*person, person, ALWAYS, FOREVER))
            found.extend(
                Ownership("anonymous_id", name, Person("user_id", account), begin, end)
                for account, begin, end in device.runs()
                if account not in self.internal
            )
        return found
