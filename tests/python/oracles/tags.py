"""Tags, person by person: what holds, what cannot be told, from when to when, why."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from oracles.clock import DAY, Clock
from oracles.features import Snapshot, Snapshots
from oracles.identity import FOREVER, Person
from oracles.rfm import Score
from oracles.rules import Rule, Rules, is_valid
from oracles.tiers import Membership, assess

Groups = Mapping[int, Sequence[Rule]]


@dataclass(frozen=True)
class Portrait:
    """A person on a day: the tags given, by rule group, and those not assessed."""

    known: Snapshot
    given: Mapping[str, int]
    not_assessed: frozenset[str]


def _known(
    snapshots: Snapshots,
    scores: Mapping[tuple[Person, date], Score],
    memberships: Sequence[Membership],
    programs: Sequence[Rule],
) -> Iterator[tuple[tuple[Person, date], Snapshot]]:
    """Everything that tag rules may ask of everyone on every as-of date."""
    tiers: defaultdict[Person, list[dict[str, Any]]] = defaultdict(list)
    for membership in memberships:
        tiers[membership.person] += membership.history()
    for (person, day), snapshot in snapshots.items():
        score: Mapping[str, Any] = scores.get((person, day), {})
        standing = {f"tier_{row['program_code']}": None for row in programs}
        for row in tiers[person]:
            if row["valid_from"] <= day + DAY < row["valid_to"]:
                standing[f"tier_{row['program_code']}"] = row["tier_code"]
        yield (
            (person, day),
            {
                **snapshot,
                "rfm_recency_score": score.get("recency_score"),
                "rfm_frequency_score": score.get("frequency_score"),
                "rfm_monetary_score": score.get("monetary_score"),
                "rfm_segment": score.get("segment_code"),
                **standing,
            },
        )


def _groups(rules: Sequence[Rule], day: date) -> Groups:
    """The rules of a tag that hold on a day, by rule group."""
    found: defaultdict[int, list[Rule]] = defaultdict(list)
    for rule in rules:
        if is_valid(rule, day):
            found[rule["rule_group"]].append(rule)
    return dict(sorted(found.items()))


def judge(groups: Groups, known: Snapshot) -> tuple[int | None, bool]:
    """The first rule group that is met, and whether some cannot be assessed."""
    met, is_open = None, False
    for number, group in groups.items():
        answers = [assess(rule, known) for rule in group]
        if all(answer is True for answer in answers):
            met = number if met is None else met
        elif False not in answers:
            is_open = True
    return met, is_open and met is None


def portray(
    tags: Sequence[Rule], groups: Mapping[str, Groups], known: Snapshot
) -> Portrait:
    """What a person is called: of an exclusive group the first tag that is met."""
    given: dict[str, int] = {}
    taken: set[str] = set()
    not_assessed = set()
    for tag in sorted(tags, key=lambda row: (row["priority"], row["tag_code"])):
        met, is_open = judge(groups[tag["tag_code"]], known)
        group = tag["exclusive_group"]
        if is_open:
            not_assessed.add(tag["tag_code"])
        if met is None or group in taken:
            continue
        given[tag["tag_code"]] = met
        if group:
            taken.add(group)
    return Portrait(known, given, frozenset(not_assessed))


def read_portraits(
    snapshots: Snapshots,
    scores: Mapping[tuple[Person, date], Score],
    memberships: Sequence[Membership],
    rules: Rules,
    clock: Clock,
) -> dict[tuple[Person, date], Portrait]:
    """Everyone on every as-of date."""
    in_force = {}
    for day in clock.as_of_dates:
        tags = [row for row in rules.tags if is_valid(row, day)]
        own = {
            tag["tag_code"]: _groups(
                [r for r in rules.tag_rules if r["tag_code"] == tag["tag_code"]], day
            )
            for tag in tags
        }
        in_force[day] = tags, own
    return {
        (person, day): portray(*in_force[day], known)
        for (person, day), known in _known(
            snapshots, scores, memberships, rules.programs
        )
    }


def told(value: Any) -> str:
    """A value as evidence tells it, numbers to two digits."""
    if value is None:
        return "unknown"
    return value if isinstance(value, str) else f"{float(value):.2f}"


def read_intervals(
    portraits: Mapping[tuple[Person, date], Portrait], rules: Rules, clock: Clock
) -> Iterator[dict[str, Any]]:
    """Each tag of each person from the day after a snapshot on, while it is given."""
    days = clock.as_of_dates
    people = {person for person, _ in portraits}
    for person in people:
        running: dict[str, dict[str, Any]] = {}
        for day in days:
            portrait = portraits.get((person, day))
            given = portrait.given if portrait else {}
            for code in [code for code in running if code not in given]:
                yield running.pop(code) | {"valid_to": day + DAY, "is_current": False}
            for code, group in given.items():
                if code not in running and portrait is not None:
                    asked = {
                        rule["feature_code"]
                        for rule in rules.tag_rules
                        if rule["tag_code"] == code
                        and rule["rule_group"] == group
                        and is_valid(rule, day)
                    }
                    running[code] = {
                        "person": person,
                        "tag_code": code,
                        "rule_group": group,
                        "valid_from": day + DAY,
                        "evidence": frozenset(
                            f"{name} {told(portrait.known[name])}" for name in asked
                        ),
                    }
        for row in running.values():
            yield row | {"valid_to": FOREVER.date(), "is_current": True}
