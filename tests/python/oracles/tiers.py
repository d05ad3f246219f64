"""Membership as a state machine over the reviews of a life."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from oracles.clock import DAY, Clock
from oracles.features import Snapshot, Snapshots
from oracles.identity import FOREVER, Person
from oracles.rules import Rule, Rules, is_valid

# Outside the program; worse than every rank.
NONE = "none"
OUTSIDE = 1_000_000


@dataclass(frozen=True)
class Verdict:
    """What a review says of one tier."""

    may_enter: bool
    fails_stay: bool


@dataclass(frozen=True)
class Move:
    """A change of tier at a review, with the conditions that explain it."""

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
    below it, because a drop ends at the highest tier whose stay has held.
    """

    validity_reviews: int
    policy: str
    rank: int = OUTSIDE
    failed: dict[int, int] = field(default_factory=dict)

    def review(self, day: date, verdicts: Mapping[int, Verdict]) -> Move | None:
        """Take one review; the move it causes, if any."""
        for rank, verdict in verdicts.items():
            streak = self.failed.get(rank, 0)
            self.failed[rank] = streak + 1 if verdict.fails_stay else 0
        best = min(
            (rank for rank, verdict in verdicts.items() if verdict.may_enter),
            default=OUTSIDE,
        )
        if best < self.rank:
            kind = "entered" if self.rank == OUTSIDE else "promoted"
            return self._move(day, best, kind, "enter", best)
        if self.rank == OUTSIDE or self.policy == "hold" or self._holds(self.rank):
            return None
        below = (rank for rank in verdicts if rank > self.rank and self._holds(rank))
        rest = min(below, default=OUTSIDE)
        kind = "left" if rest == OUTSIDE else "demoted"
        return self._move(day, rest, kind, "stay", self.rank)

    def _holds(self, rank: int) -> bool:
        """True if the stay of a tier has not failed too often in a row."""
        return self.failed.get(rank, 0) < self.validity_reviews

    def _move(
        self, day: date, to_rank: int, kind: str, explained_by: str, explained: int
    ) -> Move:
        """Go to a rank."""
        move = Move(day, self.rank, to_rank, kind, explained_by, explained)
        self.rank = to_rank
        return move


def _compare(rule: Rule, value: Any) -> bool:
    """Whether a value that is known meets a condition."""
    if rule["text_value"] is not None:
        same = value == rule["text_value"]
        return not same if rule["operator"] == "ne" else same
    number, low, high = float(value), rule["low"], rule["high"]
    met: bool = {
        "gte": lambda: number >= low,
        "gt": lambda: number > low,
        "lte": lambda: number <= high,
        "lt": lambda: number < high,
        "between": lambda: low <= number <= high,
        "eq": lambda: number == low,
        "ne": lambda: number != low,
    }[rule["operator"]]()
    return met


def assess(rule: Rule, snapshot: Snapshot) -> bool | None:
    """Whether a condition is met; None if it cannot be assessed."""
    value = snapshot[rule["feature_code"]]
    if rule["operator"] in ("is_null", "not_null"):
        return (value is None) == (rule["operator"] == "is_null")
    return None if value is None else _compare(rule, value)


def judge(rules: Sequence[Rule], snapshot: Snapshot) -> Verdict:
    """What the rules of one tier say: all of a group, any of the groups."""
    groups: defaultdict[tuple[str, int], list[bool | None]] = defaultdict(list)
    for rule in rules:
        place = rule["condition"], rule["rule_group"]
        groups[place].append(assess(rule, snapshot))
    enter = [met for (condition, _), met in groups.items() if condition == "enter"]
    stay = [met for (condition, _), met in groups.items() if condition == "stay"]
    may_enter = any(all(each is True for each in group) for group in enter)
    breaks_all = all(any(each is False for each in group) for group in stay)
    # Who may enter may stay, whatever the stay asks.
    return Verdict(may_enter, bool(stay) and breaks_all and not may_enter)


@dataclass(frozen=True)
class Program:
    """A program and its tiers by rank."""

    code: str
    validity_reviews: int
    policy: str
    tiers: Mapping[int, str]
    rules: Mapping[int, Sequence[Rule]]

    def verdicts(self, snapshot: Snapshot, day: date) -> dict[int, Verdict]:
        """What the review of a day says of every tier."""
        return {
            rank: judge([rule for rule in rules if is_valid(rule, day)], snapshot)
            for rank, rules in self.rules.items()
        }

    def tier(self, rank: int) -> str:
        """The code of a rank."""
        return self.tiers.get(rank, NONE)


def read_programs(rules: Rules) -> list[Program]:
    """The tier programs with their rules."""
    found = []
    for row in rules.programs:
        code = row["program_code"]
        tiers = {
            tier["tier_rank"]: tier["tier_code"]
            for tier in rules.tiers
            if tier["program_code"] == code
        }
        own = {
            rank: [
                rule
                for rule in rules.tier_rules
                if rule["program_code"] == code and rule["tier_code"] == tier
            ]
            for rank, tier in tiers.items()
        }
        found.append(
            Program(code, row["validity_reviews"], row["downgrade_policy"], tiers, own)
        )
    return found


@dataclass(frozen=True)
class Membership:
    """A life in a program: the rank after each review, and the moves."""

    person: Person
    program: Program
    ranks: Mapping[date, int]
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


def read_memberships(
    snapshots: Snapshots, rules: Rules, clock: Clock
) -> list[Membership]:
    """Everyone in every program, over the reviews since first seen."""
    people = {person for person, _ in snapshots}
    found = []
    for program in read_programs(rules):
        for person in people:
            standing = Standing(program.validity_reviews, program.policy)
            ranks, moves = {}, []
            for day in clock.review_dates:
                snapshot = snapshots.get((person, day))
                if snapshot is None:
                    continue
                move = standing.review(day, program.verdicts(snapshot, day))
                ranks[day] = standing.rank
                if move is not None:
                    moves.append(move)
            found.append(Membership(person, program, ranks, moves))
    return found
