"""Why a metric moved, in fractions: parts of a change that add up exactly."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import permutations
from typing import Any

from oracles.clock import Clock
from oracles.identity import Person
from oracles.lateness import TIMES, read_delays
from oracles.rules import Rule
from oracles.spine import Record, Spine

UNKNOWN = "(unknown)"
DAY_SECONDS = 24 * 60 * 60
ZERO = Fraction(0)
DIMENSIONS = (
    "data_quality",
    "all",
    "lifecycle",
    "factor",
    "channel",
    "platform",
    "region",
    "tier",
    "user_kind",
)
KEY = ("date", "metric", "comparison", "dimension", "member")


@dataclass
class Sums:
    """What people did, in whole persons, orders and cents."""

    dau: int = 0
    registrations: int = 0
    orders: int = 0
    buyers: int = 0
    cents: int = 0

    def add(self, other: "Sums") -> None:
        """Count what others did, too."""
        self.dau += other.dau
        self.registrations += other.registrations
        self.orders += other.orders
        self.buyers += other.buyers
        self.cents += other.cents

    def value(self, metric: str) -> Fraction:
        """A metric that is a sum."""
        if metric == "net_amount":
            return Fraction(self.cents, 100)
        return Fraction(getattr(self, metric))


@dataclass(frozen=True)
class Window:
    """Days compared with as many before them."""

    comparison: str
    days_back: int
    after: Sequence[date]

    @property
    def date(self) -> date:
        """The last of the days."""
        return self.after[-1]

    @property
    def before(self) -> list[date]:
        """The days compared with."""
        return [day - timedelta(days=self.days_back) for day in self.after]


@dataclass(frozen=True)
class Part:
    """The part of a change that a member made."""

    member: str
    before: Fraction | None
    after: Fraction | None
    contribution: Fraction | None = None
    mix: Fraction | None = None
    rate: Fraction | None = None
    counts: tuple[int | None, int | None, int | None, int | None] = (None,) * 4
    severity: int = 9

    @property
    def place(self) -> tuple[int, float, str]:
        """The order in which it is told."""
        return (
            self.severity,
            -round(abs(float(self.contribution or 0)), 9),
            self.member,
        )


def windows(rules: Iterable[Rule], clock: Clock) -> list[Window]:
    """The comparisons of every day whose days compared with are in the data."""
    found = []
    for rule in rules:
        for day in clock.days:
            after = [
                day - timedelta(days=back)
                for back in reversed(range(rule["window_days"]))
            ]
            window = Window(rule["comparison_code"], rule["days_back"], after)
            if window.before[0] >= clock.first_date:
                found.append(window)
    return found


@dataclass
class Shop:
    """The persons of a shop and what they did on each day."""

    clock: Clock
    persons: Mapping[Person, Mapping[str, Any]]
    acts: Mapping[tuple[Person, date], Sums]
    platforms: Mapping[tuple[Person, date], str]
    tiers: Mapping[Person, Sequence[tuple[date, date, str]]]
    days: dict[date, dict[tuple[str, str], Sums]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Put every person-day into one member of each dimension."""
        for day in self.clock.days:
            self.days[day] = {("all", "all"): Sums()}
        for (person, day), sums in self.acts.items():
            for place in self.members(person, day):
                self.days[day].setdefault(place, Sums()).add(sums)

    def members(self, person: Person, day: date) -> list[tuple[str, str]]:
        """Where a person belongs on a day."""
        known = self.persons[person]
        platform = self.platforms.get((person, day)) or known["platform"]
        tier = [
            code
            for begin, end, code in self.tiers.get(person, ())
            if begin <= day < end
        ]
        return [
            ("all", "all"),
            ("channel", known["channel"] or UNKNOWN),
            ("platform", platform or UNKNOWN),
            ("region", known["region"] or UNKNOWN),
            ("tier", tier[0] if tier else "none"),
            ("user_kind", "new" if known["first_seen"] == day else "existing"),
        ]

    def sums(self, days: Iterable[date]) -> dict[str, dict[str, Sums]]:
        """What the members of each dimension did on some days."""
        found: defaultdict[str, dict[str, Sums]] = defaultdict(dict)
        for day in days:
            for (dimension, member), sums in self.days[day].items():
                found[dimension].setdefault(member, Sums()).add(sums)
        return found

    @cached_property
    def active_by_day(self) -> Mapping[date, set[Person]]:
        """Who was active on each day."""
        found: dict[date, set[Person]] = {day: set() for day in self.clock.days}
        for (person, day), sums in self.acts.items():
            if sums.dau:
                found[day].add(person)
        return found


def ratio(number: Fraction | int, base: int) -> Fraction | None:
    """A share of something; None of nothing."""
    return Fraction(number) / base if base else None


def other(value: Fraction | None, instead: Fraction | None) -> Fraction:
    """A value, or what stands in for it."""
    if value is not None:
        return value
    return ZERO if instead is None else instead


def sum_part(metric: str, member: str, old: Sums, new: Sums) -> Part:
    """The part of a member in a metric that is a sum."""
    before, after = old.value(metric), new.value(metric)
    mix = rate = None
    if not before and not after:
        still = ZERO if metric in ("orders", "net_amount") else None
        return Part(member, before, after, ZERO, still, still)
    if metric in ("orders", "net_amount"):
        was, now = ratio(before, old.dau), ratio(after, new.dau)
        was, now = other(was, now), other(now, was)
        mix = (new.dau - old.dau) * (was + now) / 2
        rate = (now - was) * Fraction(old.dau + new.dau, 2)
        assert mix + rate == after - before
    return Part(member, before, after, after - before, mix, rate)


def rate_parts(old: Mapping[str, Sums], new: Mapping[str, Sums]) -> list[Part]:
    """The parts of the members in the conversion rate."""
    dau = sum(each.dau for each in old.values()), sum(e.dau for e in new.values())
    if not all(dau):
        return []
    buyers = [sum(each.buyers for each in side.values()) for side in (old, new)]
    rates = Fraction(buyers[0], dau[0]), Fraction(buyers[1], dau[1])
    mean = sum(rates, ZERO) / 2
    parts = []
    for member in old.keys() | new.keys():
        was, now = old.get(member, Sums()), new.get(member, Sums())
        if not was.dau + now.dau:
            continue
        shares = Fraction(was.dau, dau[0]), Fraction(now.dau, dau[1])
        before, after = ratio(was.buyers, was.dau), ratio(now.buyers, now.dau)
        low, high = other(before, after), other(after, before)
        mix = (shares[1] - shares[0]) * ((low + high) / 2 - mean)
        rate = sum(shares, ZERO) / 2 * (high - low)
        counts = (was.buyers, was.dau, now.buyers, now.dau)
        parts.append(Part(member, before, after, mix + rate, mix, rate, counts))
    assert sum((each.contribution or ZERO for each in parts), ZERO) == (
        rates[1] - rates[0]
    )
    return parts


def factor_parts(old: Sums, new: Sums) -> list[Part]:
    """Buyers, orders per buyer and value per order, in every order of moving."""
    if not old.orders + new.orders:
        return []
    names = ("buyers", "orders_per_buyer", "value_per_order")
    told = [
        (
            Fraction(side.buyers),
            ratio(side.orders, side.buyers),
            ratio(side.value("net_amount"), side.orders),
        )
        for side in (old, new)
    ]
    was = [other(*pair) for pair in zip(*told, strict=True)]
    now = [other(*pair) for pair in zip(*reversed(told), strict=True)]
    moved = [ZERO] * 3
    for order in permutations(range(3)):
        state = list(was)
        for place in order:
            start = state[0] * state[1] * state[2]
            state[place] = now[place]
            moved[place] += (state[0] * state[1] * state[2] - start) / 6
    return [
        Part(name, told[0][place], told[1][place], moved[place])
        for place, name in enumerate(names)
    ]


def flow_parts(shop: Shop, window: Window, firsts: Mapping[Person, date]) -> list[Part]:
    """Who came, stayed and went, day by day."""
    active = shop.active_by_day
    counts: Counter[str] = Counter()
    for day, earlier in zip(window.after, window.before, strict=True):
        now, was = active[day], active[earlier]
        new = {person for person in now - was if firsts[person] > earlier}
        counts["new"] += len(new)
        counts["resurrected"] += len(now - was - new)
        counts["returning"] += len(now & was)
        counts["dormant"] += len(was - now)
    parts = []
    for member, users in counts.items():
        before = users if member in ("returning", "dormant") else 0
        after = users if member != "dormant" else 0
        if users:
            parts.append(
                Part(
                    member, Fraction(before), Fraction(after), Fraction(after - before)
                )
            )
    return parts


@dataclass(frozen=True)
class Quality:
    """What is known of the state of the data of each day."""

    sources: Mapping[str, Sequence[str]]
    bounds: Mapping[str, Rule]
    sent: Mapping[tuple[str, date], int]
    delivered: Mapping[tuple[str, date], int]
    rejected: Mapping[tuple[str, date], int]
    doubled: Mapping[tuple[str, date], int]
    platform_events: Mapping[tuple[str, date], int]
    delays: Mapping[str, Mapping[int, int]]
    known_date: date

    shares: dict[tuple[str, date], Fraction | None] = field(default_factory=dict)

    def late(self, source: str, day: date) -> Fraction | None:
        """The expected share of the rows of a day that are still to come, kept."""
        if (source, day) not in self.shares:
            self.shares[source, day] = self.late_share(source, day)
        return self.shares[source, day]

    def late_share(self, source: str, day: date) -> Fraction | None:
        """The same, counted."""
        delays = self.delays.get(source)
        if not delays:
            return None
        age = (self.known_date - day).days * DAY_SECONDS
        missing = sum(
            count * min(max(seconds - age, 0), DAY_SECONDS)
            for seconds, count in delays.items()
        )
        return Fraction(missing, DAY_SECONDS * sum(delays.values()))

    def parts(self, metric: str, window: Window) -> Iterator[Part]:
        """The faults of the data that a metric is made of."""
        for source in self.sources[metric]:
            yield from self.missing("missing_source", source, self.sent, window)
            if source == "events":
                for platform in {each for each, _ in self.platform_events}:
                    yield from self.missing(
                        "missing_platform", platform, self.platform_events, window
                    )
            late = [
                [self.late(source, day) for day in days]
                for days in (window.before, window.after)
            ]
            if None not in late[0] + late[1]:
                was, now = (sum(each) / len(each) for each in late)  # type: ignore[arg-type]
                yield from self.beyond("late", source, was, now)
            for measure, counts in (
                ("rejects", self.rejected),
                ("duplicates", self.doubled),
            ):
                was, now = (
                    ratio(
                        sum(counts.get((source, day), 0) for day in days),
                        sum(self.delivered.get((source, day), 0) for day in days),
                    )
                    for days in (window.before, window.after)
                )
                yield from self.beyond(measure, source, was, now)

    def missing(
        self,
        measure: str,
        member: str,
        counts: Mapping[tuple[str, date], int],
        window: Window,
    ) -> Iterator[Part]:
        """A source or platform of which nothing came."""
        was, now = (
            sum(counts.get((member, day), 0) for day in days)
            for days in (window.before, window.after)
        )
        rule = self.bounds[measure]
        if was >= rule["threshold"] and not now:
            yield Part(
                f"{measure} {member}",
                Fraction(was),
                ZERO,
                severity=rule["severity"],
            )

    def beyond(
        self, measure: str, source: str, was: Fraction | None, now: Fraction | None
    ) -> Iterator[Part]:
        """A share of rows at fault that is worth telling."""
        rule = self.bounds[measure]
        if now is not None and float(now) >= rule["threshold"]:
            yield Part(f"{measure} {source}", was, now, severity=rule["severity"])


def number(value: Fraction | None) -> float | None:
    """A fraction as the double nearest to it."""
    return None if value is None else float(value)


def rows_of(
    window: Window, metric: str, parts: Mapping[str, Sequence[Part]]
) -> Iterator[Record]:
    """The parts of one change as rows, ranked."""
    if not parts.get("all"):
        parts = {"data_quality": parts["data_quality"]}
    total = next((each.contribution for each in parts.get("all", ())), None)
    for dimension, members in parts.items():
        is_additive = dimension != "data_quality"
        for rank, part in enumerate(sorted(members, key=lambda p: p.place), start=1):
            share = None
            if part.contribution is not None and total:
                share = part.contribution / total
            yield {
                "date": window.date,
                "metric": metric,
                "comparison": window.comparison,
                "dimension": dimension,
                "dimension_rank": DIMENSIONS.index(dimension) + 1,
                "member": part.member,
                "member_rank": rank,
                "before": number(part.before),
                "after": number(part.after),
                "contribution": number(part.contribution),
                "mix_effect": number(part.mix),
                "rate_effect": number(part.rate),
                "share_of_change": number(share),
                "is_offset": share is not None and share < 0,
                "is_additive": is_additive,
                "before_numerator": part.counts[0],
                "before_denominator": part.counts[1],
                "after_numerator": part.counts[2],
                "after_denominator": part.counts[3],
            }


def told_parts(
    metric: str, old: Mapping[str, Sums], new: Mapping[str, Sums], dimension: str
) -> list[Part]:
    """The parts of the members of a dimension, without those that did nothing."""
    if metric == "conversion":
        return rate_parts(old, new)
    told = []
    for member in old.keys() | new.keys():
        was, now = old.get(member, Sums()), new.get(member, Sums())
        part = sum_part(metric, member, was, now)
        was_there = metric != "registrations" and was.dau + now.dau > 0
        if part.before or part.after or was_there or dimension == "all":
            told.append(part)
    return told


def read_drivers(
    shop: Shop, quality: Quality, comparisons: Iterable[Rule]
) -> Iterator[Record]:
    """Every part of every change."""
    firsts: dict[Person, date] = {}
    for day, people in sorted(shop.active_by_day.items()):
        firsts = dict.fromkeys(people, day) | firsts
    for window in windows(comparisons, shop.clock):
        old, new = shop.sums(window.before), shop.sums(window.after)
        for metric in ("dau", "registrations", "orders", "net_amount", "conversion"):
            parts: dict[str, Sequence[Part]] = {
                dimension: told_parts(
                    metric, old.get(dimension, {}), new.get(dimension, {}), dimension
                )
                for dimension in old.keys() | new.keys()
            }
            parts["data_quality"] = [*quality.parts(metric, window)]
            if metric == "dau":
                parts["lifecycle"] = flow_parts(shop, window, firsts)
            if metric == "net_amount":
                parts["factor"] = factor_parts(old["all"]["all"], new["all"]["all"])
            yield from rows_of(window, metric, parts)


def read_shop(spine: Spine, program: str) -> Shop:
    """The shop of a warehouse."""
    acts: defaultdict[tuple[Person, date], Sums] = defaultdict(Sums)
    for place, day in spine.days.items():
        acts[place].add(Sums(1, 0, day.orders, int(day.orders > 0), int(day.net * 100)))
    persons: dict[Person, Record] = {}
    platforms: dict[tuple[Person, date], str] = {}
    for person, life in spine.lives.items():
        registered, seen = life.registered_at, life.first_seen_at
        if registered and spine.clock.first_date <= registered.date():
            acts[person, registered.date()].registrations += 1
        first = life.first_session(spine.clock.as_of_date)
        persons[person] = {
            "channel": first.channel if first else None,
            "platform": life.first_platform(spine.clock.as_of_date),
            "region": life.attributes(spine.clock.as_of_date)["region"],
            "first_seen": seen.date() if seen else None,
        }
        for order in sorted(life.orders, key=lambda o: o.place, reverse=True):
            platforms[person, order.day] = order.platform
        for session in sorted(
            life.sessions, key=lambda s: (s.started_at, s.platform), reverse=True
        ):
            for day in session.days():
                platforms[person, day] = session.platform
    # Orders were written first, so that a visit goes before them.
    tiers: defaultdict[Person, list[tuple[date, date, str]]] = defaultdict(list)
    for row in spine.mart("strata_tiers.tier_user_history"):
        if row["program_code"] == program:
            tiers[row["person"]].append(
                (row["valid_from"], row["valid_to"], row["tier_code"])
            )
    return Shop(spine.clock, persons, acts, platforms, tiers)


def read_quality(spine: Spine) -> Quality:
    """The state of the data of a warehouse."""
    warehouse = spine.warehouse
    sources: defaultdict[str, list[str]] = defaultdict(list)
    for rule in warehouse.records("from strata_rules.strata__driver_sources"):
        sources[rule["metric_code"]].append(rule["source_table"])
    delivered: Counter[tuple[str, date]] = Counter()
    for source in {each for own in sources.values() for each in own}:
        for (loaded,) in warehouse.rows(f"select loaded_at from raw.{source}"):
            if loaded is not None:
                delivered[source, loaded.date()] += 1
    rejected: Counter[tuple[str, date]] = Counter()
    doubled: Counter[tuple[str, date]] = Counter()
    for row in warehouse.records("from strata_staging.stg_strata__rejected_rows"):
        counts = rejected if row["is_fault"] else doubled
        counts[row["source_table"], row["delivered_date"]] += 1
    told = read_delays({source: spine.kept(source) for source in TIMES})
    sent = Counter(
        {place: rows for place, rows in delivered.items() if place[0] not in TIMES}
    )
    opened: dict[str, date] = {}
    for source, _, arrived, _ in told:
        opened[source] = min(arrived, opened.get(source, arrived))
    delays: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for (source, happened, _, seconds), count in told.items():
        sent[source, happened] += count
        if happened >= opened[source]:
            delays[source][seconds] += count
    return Quality(
        sources=sources,
        bounds={
            rule["measure_code"]: rule
            for rule in warehouse.records("from strata_rules.strata__driver_quality")
        },
        sent=sent,
        delivered=delivered,
        rejected=rejected,
        doubled=doubled,
        platform_events=Counter((event.platform, event.day) for event in spine.events),
        delays=delays,
        known_date=max(arrived for _, _, arrived, _ in told),
    )
