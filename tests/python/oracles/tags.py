"""Tags, person by person: what holds, what cannot be told, from when to when, why."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log
from typing import Any

from oracles.acts import Act, refused
from oracles.clock import DAY, Clock, is_month_end
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
    tags: Sequence[Rule],
    groups: Mapping[str, Groups],
    known: Snapshot,
    refusals: frozenset[str],
) -> Portrait:
    """What a person is called: of an exclusive group the first tag that is met.

    A tag that asks for a consent that was refused is not assessed.
    """
    given: dict[str, int] = {}
    taken: set[str] = set()
    not_assessed = set()
    for tag in sorted(tags, key=lambda row: (row["priority"], row["tag_code"])):
        met, is_open = judge(groups[tag["tag_code"]], known)
        if tag["consent_purpose"] in refusals:
            met, is_open = None, bool(groups[tag["tag_code"]])
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
    acts: Mapping[Person, Sequence[Act]],
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
        (person, day): portray(*in_force[day], known, refused(acts[person], day))
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


def recent_dates(clock: Clock) -> list[date]:
    """The as-of day and the month end before it, where there is one."""
    before = [day for day in clock.as_of_dates if day < clock.as_of_date]
    return [clock.as_of_date, *[day for day in before if is_month_end(day)][-1:]]


def read_statuses(
    portraits: Mapping[tuple[Person, date], Portrait], clock: Clock
) -> Iterator[dict[str, Any]]:
    """Everyone's tags on the last two dates: assigned, or not assessed."""
    days = recent_dates(clock)
    for (person, day), portrait in portraits.items():
        if day not in days:
            continue
        for status, codes in (
            ("assigned", portrait.given),
            ("not_assessed", portrait.not_assessed),
        ):
            for code in codes:
                yield {
                    "person": person,
                    "as_of_date": day,
                    "is_current": day == clock.as_of_date,
                    "tag_code": code,
                    "status": status,
                }


def stability(now: Sequence[float], before: Sequence[float], floor: float) -> float:
    """The population stability index of two distributions."""
    pairs = [(max(p, floor), max(q, floor)) for p, q in zip(now, before, strict=True)]
    return sum((p - q) * log(p / q) for p, q in pairs)


def _shares(portraits: Sequence[Portrait], code: str) -> tuple[int, int, list[float]]:
    """How many have a tag, for how many it is unknown, and all three shares."""
    has = sum(code in each.given for each in portraits)
    unknown = sum(code in each.not_assessed for each in portraits)
    rest = len(portraits) - has - unknown
    return has, unknown, [part / len(portraits) for part in (has, unknown, rest)]


def _nearest(
    owners: Mapping[str, set[Person]], code: str
) -> tuple[str | None, float | None]:
    """The tag that shares most people, of several the first, and how many."""
    mine = owners.get(code, set())
    rates = {
        other: len(mine & theirs) / len(mine | theirs)
        for other, theirs in owners.items()
        if other != code and mine & theirs
    }
    if not rates:
        return None, None
    best = min(rates, key=lambda other: (-rates[other], other))
    return best, rates[best]


def read_catalog(
    portraits: Mapping[tuple[Person, date], Portrait],
    intervals: Sequence[Mapping[str, Any]],
    rules: Rules,
    clock: Clock,
) -> Iterator[dict[str, Any]]:
    """Each tag with who has it, how that moved, and what is wrong with it."""
    bound = {row["measure_code"]: row["threshold"] for row in rules.tag_health}
    days = recent_dates(clock)
    people = [
        [each for (_, when), each in portraits.items() if when == day] for day in days
    ]
    owners: defaultdict[str, set[Person]] = defaultdict(set)
    for (person, day), portrait in portraits.items():
        for code in portrait.given if day == clock.as_of_date else ():
            owners[code].add(person)
    for tag in rules.tags:
        code = tag["tag_code"]
        has, unknown, shares = _shares(people[0], code)
        before = _shares(people[1], code) if len(days) > 1 else None
        psi = stability(shares, before[2], bound["floor"]) if before else None
        nearest, overlap = _nearest(owners, code)
        ends = [row["valid_to"] for row in intervals if row["tag_code"] == code]
        last = max(ends) - DAY if ends else None
        silence = (clock.as_of_date - max(ends)).days if ends else None
        yield {
            "tag_code": code,
            "family": tag["family"],
            "as_of_date": clock.as_of_date,
            "user_count": has,
            "coverage_rate": shares[0],
            "not_assessed_count": unknown,
            "not_assessed_rate": shares[1],
            "previous_date": days[1] if before else None,
            "previous_user_count": before[0] if before else None,
            "previous_coverage_rate": before[2][0] if before else None,
            "psi": psi,
            "nearest_tag_code": nearest,
            "overlap_rate": overlap,
            "last_held_date": min(last, clock.as_of_date) if last else None,
            "is_unused": has == 0
            and (silence is None or silence >= bound["unused_days"]),
            "is_rare": has > 0 and shares[0] < bound["coverage_low"],
            "is_nearly_everybody": shares[0] > bound["coverage_high"],
            "is_mostly_unknown": shares[1] > bound["not_assessed_high"],
            "has_drifted": psi is not None and psi > bound["drift"],
            "is_near_identical": overlap is not None and overlap >= bound["overlap"],
        }


def read_profiles(
    portraits: Mapping[tuple[Person, date], Portrait], rules: Rules, clock: Clock
) -> Iterator[dict[str, Any]]:
    """Everyone today: each exclusive group and family, and the lists of all tags."""
    by_code = {tag["tag_code"]: tag for tag in rules.tags}
    groups = {tag["exclusive_group"] for tag in rules.tags if tag["exclusive_group"]}
    for (person, day), portrait in portraits.items():
        if day != clock.as_of_date:
            continue
        given = sorted(portrait.given)
        of_group = {f"group_{group}": None for group in sorted(groups)}
        families: defaultdict[str, list[str]] = defaultdict(list)
        for code in given:
            if by_code[code]["exclusive_group"]:
                of_group[f"group_{by_code[code]['exclusive_group']}"] = code
            families[f"family_{by_code[code]['family']}"].append(code)
        standing = [
            f"{name.removeprefix('tier_')} {tier}"
            for name, tier in sorted(portrait.known.items())
            if name.startswith("tier_") and tier is not None
        ]
        yield {
            "person": person,
            "as_of_date": day,
            "tiers": ", ".join(standing) or None,
            "tag_count": len(given),
            "tags": ", ".join(given) or None,
            "not_assessed_tags": ", ".join(sorted(portrait.not_assessed)) or None,
            **of_group,
            **{
                f"family_{family}": ", ".join(families[f"family_{family}"]) or None
                for family in {tag["family"] for tag in rules.tags}
            },
            **{
                name: portrait.known[name]
                for name in (
                    "age_years",
                    "gender",
                    "country",
                    "main_platform_90d",
                    "net_amount_365d",
                    "order_count_lifetime",
                    "rfm_segment",
                )
            },
        }
