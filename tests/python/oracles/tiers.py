"""Programs as a state machine over the reviews of a life."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from oracles.acts import Act, refused
from oracles.clock import DAY, Clock
from oracles.features import Snapshot, Snapshots
from oracles.identity import FOREVER, Person
from oracles.rules import Rule, Rules, is_valid

# Outside the program; worse than every rank.
NONE = "none"
OUTSIDE = 1_000_000
FALLS = ("left", "demoted", "soft_landed")
# What rules call a score, and what the score is called.
SCORES = {
    "rfm_recency_score": "recency_score",
    "rfm_frequency_score": "frequency_score",
    "rfm_monetary_score": "monetary_score",
    "rfm_segment": "segment_code",
}


@dataclass(frozen=True)
class Verdict:
    """What a review says of one tier."""

    may_enter: bool
    fails_stay: bool


@dataclass(frozen=True)
class Move:
    """What a review did to a tier, with the conditions that explain it."""

    review_date: date
    from_rank: int
    to_rank: int
    kind: str
    explained_by: str
    explained_rank: int


@dataclass
class Standing:
    """Where a person stands in a program, review by review.

    Failed reviews in a row are counted for every tier, the present one and those
    below it, because a drop ends at the highest tier whose stay has held. A soft
    landing begins a count of its own.
    """

    validity_reviews: int
    policy: str
    is_segment: bool = False
    rank: int = OUTSIDE
    failed: dict[int, int] = field(default_factory=dict)
    landed: int = 0

    def review(
        self, day: date, verdicts: Mapping[int, Verdict], *, is_out: bool = False
    ) -> Move | None:
        """Take one review; the move it causes, if any. Who is out passes nothing."""
        if is_out:
            verdicts = {rank: Verdict(False, True) for rank in verdicts}
        was, at_risk = self.rank, self.failed_reviews
        best, kept = OUTSIDE, OUTSIDE
        for rank in sorted(verdicts, reverse=True):
            if verdicts[rank].may_enter:
                best = rank
            if verdicts[rank].may_enter or not verdicts[rank].fails_stay:
                kept = rank
        for rank in verdicts:
            self.failed[rank] = self.failed.get(rank, 0) + 1 if rank < kept else 0
        self.landed = self.landed + 1 if was < kept else 0
        if is_out:
            self.rank, self.landed = OUTSIDE, 0
        elif best < was:
            self.rank, self.landed = best, 0
        elif was != OUTSIDE and self.policy == "drop":
            held = (r for r in verdicts if r >= was and self._holds(r))
            self.rank = min(held, default=OUTSIDE)
        elif self.policy == "one_down" and self.landed >= self.validity_reviews:
            self.rank = was + 1 if was + 1 in verdicts else OUTSIDE
            self.landed = 0
        return self._move(day, was, at_risk)

    @property
    def failed_reviews(self) -> int:
        """Reviews in a row that failed the tier held."""
        if self.rank == OUTSIDE:
            return 0
        return self.landed if self.policy != "drop" else self.failed.get(self.rank, 0)

    def _holds(self, rank: int) -> bool:
        """True if the stay of a tier has not failed too often in a row."""
        return self.failed.get(rank, 0) < self.validity_reviews

    def _move(self, day: date, was: int, at_risk: int) -> Move | None:
        """The name of what happened."""
        now = self.rank
        if now == was:
            if not at_risk or self.failed_reviews or self.policy == "hold":
                return None
            return Move(day, was, now, "renewed", "stay", now)
        if was == OUTSIDE:
            return Move(day, was, now, "entered", "enter", now)
        why = "enter" if self.is_segment else "stay"
        if now == OUTSIDE:
            return Move(day, was, now, "left", why, was)
        if self.is_segment:
            return Move(day, was, now, "moved", "enter", now)
        if now < was:
            return Move(day, was, now, "promoted", "enter", now)
        kind = "soft_landed" if self.policy == "one_down" else "demoted"
        return Move(day, was, now, kind, "stay", was)


def assess(rule: Rule, snapshot: Snapshot) -> bool | None:
    """Whether a value meets a condition as it stands; None if there is no value."""
    value = snapshot[rule["feature_code"]]
    if rule["operator"] in ("is_null", "not_null"):
        return (value is None) == (rule["operator"] == "is_null")
    if value is None:
        return None
    if rule["text_value"] is not None:
        return bool((value == rule["text_value"]) == (rule["operator"] == "eq"))
    return _compare(rule["operator"], float(value), rule["low"], rule["high"])


def _compare(operator: str, number: Any, low: Any, high: Any) -> bool:
    """Whether a number meets a condition."""
    met: bool = {
        "gte": lambda: number >= low,
        "gt": lambda: number > low,
        "lte": lambda: number <= high,
        "lt": lambda: number < high,
        "between": lambda: low <= number <= high,
        "eq": lambda: number == low,
        "ne": lambda: number != low,
    }[operator]()
    return met


class People:
    """Everyone on every date, for conditions that compare them."""

    def __init__(self, snapshots: Snapshots) -> None:
        """Keep the snapshots; values are sorted when asked for."""
        self.snapshots = snapshots
        self._sorted: dict[tuple[str, date], list[float]] = {}

    def values(self, feature: str, day: date) -> list[float]:
        """The known values of a feature on a date, in order."""
        if (feature, day) not in self._sorted:
            self._sorted[feature, day] = sorted(
                float(snapshot[feature])
                for (_, when), snapshot in self.snapshots.items()
                if when == day and snapshot[feature] is not None
            )
        return self._sorted[feature, day]

    def cut(self, feature: str, day: date, share: float, *, is_beyond: bool) -> float:
        """The least value that a share of the people is below."""
        values = self.values(feature, day)
        needed = Decimal(str(share)) * len(values)
        for value in values:
            worse = bisect_left(values, value)
            if worse > needed or (worse == needed and not is_beyond):
                return value
        return float("inf")

    def meets(self, rule: Rule, value: float, day: date) -> bool:
        """Whether a value meets a condition on shares."""
        operator, feature = rule["operator"], rule["feature_code"]
        met = True
        if rule["low"] is not None:
            beyond = operator == "gt"
            met = value >= self.cut(feature, day, rule["low"], is_beyond=beyond)
        if rule["high"] is not None:
            beyond = operator != "lt"
            cut = self.cut(feature, day, rule["high"], is_beyond=beyond)
            met = met and value < cut
        return met


@dataclass(frozen=True)
class Program:
    """A program, or a version of its rules that is tried, and its tiers by rank."""

    code: str
    settings: Rule
    tiers: Mapping[int, str]
    rules: Mapping[int, Sequence[Rule]]
    flags: frozenset[str]
    is_trial: bool = False

    @property
    def is_segment(self) -> bool:
        """True if the tiers are no ladder."""
        return bool(self.settings["kind"] == "segment")

    def standing(self) -> Standing:
        """A new life."""
        if self.is_segment:
            return Standing(1, "drop", True)
        return Standing(
            self.settings["validity_reviews"], self.settings["downgrade_policy"]
        )

    def tier(self, rank: int) -> str:
        """The code of a rank."""
        return self.tiers.get(rank, NONE)

    def in_force(self, rank: int, day: date) -> list[Rule]:
        """The rules of a tier on a day."""
        return [r for r in self.rules[rank] if self.is_trial or is_valid(r, day)]


@dataclass
class Judge:
    """Says what a review finds."""

    people: People
    clock: Clock

    def assess(
        self, program: Program, rule: Rule, snapshot: Snapshot, day: date
    ) -> bool | None:
        """Whether a condition is met; None if it cannot be assessed."""
        value = snapshot[rule["feature_code"]]
        mode = program.settings["threshold_mode"]
        if (
            value is None
            or mode == "absolute"
            or rule["feature_code"] in program.flags
            or rule["text_value"] is not None
            or rule["operator"] in ("is_null", "not_null")
        ):
            return assess(rule, snapshot)
        when = self.frozen(program, rule) if mode == "frozen" else day
        return self.people.meets(rule, float(value), when)

    def frozen(self, program: Program, rule: Rule) -> date:
        """The first review of a policy version."""
        version = [
            each
            for rules in program.rules.values()
            for each in rules
            if each["policy_version"] == rule["policy_version"]
        ]
        return min(
            day
            for day in self.clock.reviews(program.settings["review_grain"])
            if program.is_trial or any(is_valid(each, day) for each in version)
        )

    def verdicts(
        self, program: Program, snapshot: Snapshot, day: date
    ) -> dict[int, Verdict]:
        """What the review of a day says of every tier with a rule."""
        return {
            rank: self.judge(program, rules, snapshot, day)
            for rank in program.rules
            if (rules := program.in_force(rank, day))
        }

    def judge(
        self, program: Program, rules: Sequence[Rule], snapshot: Snapshot, day: date
    ) -> Verdict:
        """What the rules of one tier say: all of a group, any of the groups."""
        groups: defaultdict[tuple[str, int], list[bool | None]] = defaultdict(list)
        for rule in rules:
            place = rule["condition"], rule["rule_group"]
            groups[place].append(self.assess(program, rule, snapshot, day))
        enter = [met for (condition, _), met in groups.items() if condition == "enter"]
        stay = [met for (condition, _), met in groups.items() if condition == "stay"]
        may_enter = any(all(each is True for each in group) for group in enter)
        if program.is_segment:
            return Verdict(may_enter, not may_enter)
        breaks_all = all(any(each is False for each in group) for group in stay)
        return Verdict(may_enter, bool(stay) and breaks_all and not may_enter)


def read_programs(rules: Rules) -> list[Program]:
    """The programs with their rules, and the versions that are tried."""
    flags = frozenset(
        row["feature_code"] for row in rules.features if row["unit"] == "flag"
    )
    found = []
    for row in rules.programs:
        code = row["program_code"]
        tiers = {
            tier["tier_rank"]: tier["tier_code"]
            for tier in rules.tiers
            if tier["program_code"] == code
        }
        own = [rule for rule in rules.tier_rules if rule["program_code"] == code]
        versions = sorted({rule["policy_version"] for rule in own})
        for version in [None, *(versions if len(versions) > 1 else [])]:
            by_rank = {
                rank: [
                    rule
                    for rule in own
                    if rule["tier_code"] == tier
                    and version in (None, rule["policy_version"])
                ]
                for rank, tier in tiers.items()
            }
            name = code if version is None else f"{code}@{version}"
            found.append(Program(name, row, tiers, by_rank, flags, version is not None))
    return found


@dataclass(frozen=True)
class Membership:
    """A life in a program: where it stood after each review, and the moves."""

    person: Person
    program: Program
    ranks: Mapping[date, int]
    failed: Mapping[date, int]
    moves: Sequence[Move]

    def history(self) -> list[dict[str, Any]]:
        """The intervals in one tier, from the day after each move on."""
        begins = [move.review_date + DAY for move in self.moves]
        ends = [*begins[1:], FOREVER.date()]
        return [
            {
                "person": self.person,
                "program_code": self.program.code,
                "tier_code": self.program.tier(move.to_rank),
                "tier_rank": None if move.to_rank == OUTSIDE else move.to_rank,
                "valid_from": begin,
                "valid_to": end,
                "is_current": end == FOREVER.date(),
                "move": move.kind,
            }
            for move, begin, end in zip(self.moves, begins, ends, strict=False)
        ]


@dataclass
class Lives:
    """Everyone in every program, and who judges them."""

    snapshots: Snapshots
    rules: Rules
    clock: Clock
    person_of: Callable[[str], Person | None]
    acts: Mapping[Person, Sequence[Act]]

    @cached_property
    def overrides(self) -> Mapping[tuple[Person, str], list[Rule]]:
        """Grants and freezes by person and program."""
        found: defaultdict[tuple[Person, str], list[Rule]] = defaultdict(list)
        for rule in self.rules.tier_overrides:
            person = self.person_of(rule["user_id"].strip())
            if person is not None:
                found[person, rule["program_code"]].append(rule)
        return found

    def by_hand(self, person: Person, program: Program, day: date) -> list[Rule]:
        """What was decided by hand for a review."""
        own = self.overrides.get((person, program.settings["program_code"]), [])
        asked = program.settings["consent_purpose"]
        out: list[Rule] = [{"action": "opt_out"}]
        is_out = asked in refused(self.acts[person], day)
        return out * is_out + [rule for rule in own if is_valid(rule, day)]

    def overridden(
        self,
        verdicts: dict[int, Verdict],
        program: Program,
        person: Person,
        day: date,
    ) -> dict[int, Verdict]:
        """The verdicts after what somebody decided by hand."""
        valid = self.by_hand(person, program, day)
        if any(rule["action"].lower() == "freeze" for rule in valid):
            return {rank: Verdict(False, False) for rank in program.tiers}
        for rule in (rule for rule in valid if rule["action"].lower() == "grant"):
            for rank, tier in program.tiers.items():
                if tier == rule["tier_code"]:
                    verdicts = {**verdicts, rank: Verdict(True, False)}
        return verdicts

    @cached_property
    def judge(self) -> Judge:
        """Who compares people."""
        return Judge(People(self.snapshots), self.clock)

    @cached_property
    def memberships(self) -> list[Membership]:
        """Over the reviews since first seen."""
        people = {person for person, _ in self.snapshots}
        return [
            self._live(program, person)
            for program in read_programs(self.rules)
            for person in people
        ]

    def _live(self, program: Program, person: Person) -> Membership:
        """One person in one program."""
        standing = program.standing()
        ranks, failed, moves = {}, {}, []
        for day in self.clock.reviews(program.settings["review_grain"]):
            snapshot = self.snapshots.get((person, day))
            verdicts = snapshot and self.judge.verdicts(program, snapshot, day)
            if not verdicts:
                continue
            verdicts = self.overridden(verdicts, program, person, day)
            by_hand = self.by_hand(person, program, day)
            is_out = any(rule["action"].lower() == "opt_out" for rule in by_hand)
            move = standing.review(day, verdicts, is_out=is_out)
            ranks[day] = standing.rank
            failed[day] = standing.failed_reviews
            if move is not None:
                moves.append(move)
        return Membership(person, program, ranks, failed, moves)
