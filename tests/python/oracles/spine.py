"""The whole spine of one warehouse, by the oracles; and its marts, by person."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from warehouses import Warehouse

from oracles.activity import read_activity, read_lifecycle, read_stickiness
from oracles.acts import Act, read_acts, read_lines
from oracles.clock import Clock, read_clock
from oracles.days import Day, read_days
from oracles.features import Snapshots, read_snapshots
from oracles.identity import CONNECTED, Identity, Person, read_settings
from oracles.orders import Order, read_orders
from oracles.people import Life, read_people
from oracles.raw import SUPERSEDED, Delivered, Row, read_contract, read_raw
from oracles.repurchase import Purchase, read_baskets, read_purchases, read_repurchase
from oracles.retention import (
    Cohort,
    Finder,
    read_cohorts,
    read_moments,
    read_retention,
    with_brackets,
)
from oracles.rfm import Score, read_rfm
from oracles.rules import Rules, read_rules
from oracles.sessions import Event, Session, read_events, read_sessions
from oracles.tags import Portrait, read_portraits
from oracles.tiers import SCORES, Lives, Membership

Record = dict[str, Any]
HEADLINE = "membership"

# The rows of a raw table that staging does not keep.
REFUSED = (
    "select trim(row_key), reason_code, column_name, is_fault"
    " from strata_staging.stg_strata__rejected_rows where source_table = ?"
)


class Spine:
    """What the marts of a warehouse must hold, worked out once and when asked for."""

    def __init__(self, warehouse: Warehouse, policy: str = CONNECTED) -> None:
        """Keep the warehouse and its policy of identity; nothing is read yet."""
        self.warehouse, self.policy = warehouse, policy

    @cached_property
    def rules(self) -> Rules:
        """The rule seeds."""
        return read_rules(self.warehouse)

    @cached_property
    def delivered(self) -> Mapping[str, Delivered]:
        """The raw tables by the input contract."""
        return read_raw(self.warehouse, self.rules.exchange_rates)

    def kept(self, table: str) -> Sequence[Row]:
        """The rows of a raw table that stay."""
        return self.delivered[table].kept

    def refusals(self, table: str) -> Counter[tuple[str, str, str | None, bool]]:
        """The rows of a raw table that go, by key, reason and column at fault."""
        key = next(each.key for each in read_contract() if each.name == table)
        delivered = self.delivered[table]
        faults = [(row, fault) for row, (fault, *_) in delivered.faulty]
        others = [(row, SUPERSEDED) for row in delivered.superseded]
        return Counter(
            (
                " | ".join(str(row[name] or "") for name in key),
                fault.reason_code,
                fault.column_name,
                fault != SUPERSEDED,
            )
            for row, fault in (*faults, *others)
        )

    @cached_property
    def clock(self) -> Clock:
        """The first day and the as-of day."""
        return read_clock(
            [
                *(row["event_at"].date() for row in self.kept("events")),
                *(row["ordered_at"].date() for row in self.kept("orders")),
            ],
            {row["review_grain"] for row in self.rules.programs},
        )

    @cached_property
    def identity(self) -> Identity:
        """Whose each id is."""
        return Identity(
            {table: self.kept(table) for table in self.delivered},
            read_settings(self.rules, self.clock.as_of_date, self.policy),
            self.clock.as_of_date,
        )

    @cached_property
    def events(self) -> list[Event]:
        """The events of persons."""
        return read_events(self.kept("events"), self.identity, self.rules)

    @cached_property
    def sessions(self) -> list[Session]:
        """The sessions of persons."""
        return read_sessions(self.events, self.rules)

    @cached_property
    def orders(self) -> list[Order]:
        """The orders of persons."""
        return read_orders(
            self.kept("orders"),
            self.kept("refunds"),
            self.identity,
            self.rules,
            self.clock.as_of_date,
        )

    @cached_property
    def days(self) -> Mapping[tuple[Person, date], Day]:
        """The person-days."""
        return read_days(self.events, self.sessions, self.orders, self.clock.as_of_date)

    @cached_property
    def lives(self) -> Mapping[Person, Life]:
        """Everyone."""
        lives = read_people(
            self.identity,
            self.kept("users"),
            self.events,
            self.sessions,
            self.orders,
            self.clock.as_of_date,
        )
        acts = read_acts(self.kept, self.identity)
        lines = read_lines(self.kept, self.orders)
        for person, life in lives.items():
            life.acts, life.lines = acts[person], lines[person]
        return lives

    @cached_property
    def acts(self) -> Mapping[Person, Sequence[Act]]:
        """What everyone did outside visits."""
        return {person: life.acts for person, life in self.lives.items()}

    @cached_property
    def snapshots(self) -> Snapshots:
        """Everyone on every as-of date."""
        return read_snapshots(self.lives, self.rules, self.clock)

    @cached_property
    def rfm(self) -> Mapping[tuple[Person, date], Score]:
        """The RFM scores of buyers."""
        return read_rfm(self.snapshots, self.rules, self.acts)

    @cached_property
    def programs(self) -> Lives:
        """Everyone in every program, by features and scores."""
        unscored = dict.fromkeys(SCORES.values())
        scored = {
            key: {
                **snapshot,
                **{
                    name: self.rfm.get(key, unscored)[own]
                    for name, own in SCORES.items()
                },
            }
            for key, snapshot in self.snapshots.items()
        }
        return Lives(
            scored, self.rules, self.clock, self.identity.of_account, self.acts
        )

    @cached_property
    def memberships(self) -> list[Membership]:
        """Everyone in every tier program."""
        return self.programs.memberships

    @cached_property
    def portraits(self) -> Mapping[tuple[Person, date], Portrait]:
        """The tags of everyone on every as-of date."""
        return read_portraits(
            self.snapshots,
            self.rfm,
            self.memberships,
            self.rules,
            self.clock,
            self.acts,
        )

    @cached_property
    def activity(self) -> list[Record]:
        """The active by day."""
        return read_activity(self.days, self.clock)

    @cached_property
    def find_moments(self) -> Finder:
        """The times of any event that a definition names."""
        return read_moments(self.events, self.orders, self.clock.as_of_date)

    @cached_property
    def cohorts(self) -> list[Cohort]:
        """The retention cohorts of every definition."""
        return [
            cohort
            for rule in self.rules.retention_definitions
            for cohort in read_cohorts(
                with_brackets(rule, self.rules.retention_brackets), self.find_moments
            )
        ]

    @cached_property
    def retention(self) -> list[Record]:
        """The retention of every cohort."""
        return [*read_retention(self.cohorts, self.clock)]

    def members(self, cohort: Cohort) -> Mapping[tuple[str, str], set[Person]]:
        """Who of a cohort is where, by the first visit, the account and the tier."""
        found: defaultdict[tuple[str, str], set[Person]] = defaultdict(set)
        day = self.clock.as_of_date
        for person, started in cohort.started.items():
            life = self.lives[person]
            session = life.first_session(day)
            own = {
                "channel": session.channel if session else None,
                "platform": life.first_platform(day),
                "country": life.attributes(day)["country"],
                "tier": self.tier_on(person, started.date()),
            }
            for dimension, member in own.items():
                found[dimension, member or "(unknown)"].add(person)
        return found

    @cached_property
    def headline(self) -> Mapping[Person, list[Record]]:
        """The intervals of each person in the program that splits metrics."""
        return {
            each.person: each.history()
            for each in self.memberships
            if each.program.code == HEADLINE and not each.program.is_trial
        }

    def tier_on(self, person: Person, day: date) -> str:
        """The tier on a day; none before the first one."""
        return next(
            (
                row["tier_code"]
                for row in self.headline.get(person, ())
                if row["valid_from"] <= day < row["valid_to"]
            ),
            "none",
        )

    @cached_property
    def segments(self) -> list[Record]:
        """The retention of every member of a cohort that is split."""
        split = [each for each in self.cohorts if each.definition["is_split"]]
        return [*read_retention(split, self.clock, self.members)]

    def moments_of(self, activity: Record) -> Mapping[Person, Sequence[datetime]]:
        """The times of what a definition of activity counts."""
        return self.find_moments(
            activity["event"], activity["property"], activity["property_value"]
        )

    @cached_property
    def lifecycle(self) -> list[Record]:
        """How the active came and went, by every definition of activity."""
        registered = {who: life.registered_at for who, life in self.lives.items()}
        return [
            row
            for rule in self.rules.activity_definitions
            for row in read_lifecycle(
                rule, self.moments_of(rule), registered, self.clock
            )
        ]

    @cached_property
    def stickiness(self) -> list[Record]:
        """How many periods of a window people are active in."""
        activities = {
            rule["activity_code"]: rule for rule in self.rules.activity_definitions
        }
        return [
            row
            for rule in self.rules.stickiness_definitions
            for activity in (activities[rule["activity_code"]],)
            for row in read_stickiness(
                rule, activity, self.moments_of(activity), self.clock
            )
        ]

    @cached_property
    def repurchase(self) -> list[Record]:
        """Who bought and bought again."""
        return read_repurchase(self.purchases)

    @cached_property
    def purchases(self) -> list[Purchase]:
        """The purchases of everyone."""
        return read_purchases(
            self.orders,
            read_baskets(self.kept("order_items"), self.kept("products")),
            self.tier_on,
            self.clock.as_of_date,
        )

    @cached_property
    def person_of_key(self) -> Mapping[str, Person]:
        """The person behind each key, which is that of the id that names the person."""
        found = {each.key: each for each in self.identity.person_of.values()}
        assert len(found) == len(set(self.identity.person_of.values()))
        return found

    def records(self, name: str) -> list[Record]:
        """The rows of a mart as they are."""
        return self.warehouse.records(f"from {name}")

    def mart(self, name: str) -> list[Record]:
        """The rows of a mart, with the person in place of the key."""
        rows = self.records(name)
        if rows and "user_key" in rows[0]:
            for row in rows:
                row["person"] = self.person_of_key[row.pop("user_key")]
        return rows


@cache
def spine_of(warehouse: Warehouse) -> Spine:
    """The spine of a warehouse, once in a process."""
    return Spine(warehouse)
