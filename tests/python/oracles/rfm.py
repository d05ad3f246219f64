"""RFM scores: buyers against all buyers of the same day."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from oracles.acts import Act, refused
from oracles.features import Snapshots
from oracles.identity import Person
from oracles.rules import Rule, Rules, is_valid

Score = dict[str, Any]

LETTERS = {"recency": "r", "frequency": "f", "monetary": "m"}


def score(value: float, worse_first: Sequence[float], bands: int) -> int:
    """1 and a band more for each full share of buyers who are strictly worse."""
    return 1 + bands * bisect_left(worse_first, value) // len(worse_first)


def band(value: float, cuts: Sequence[float], better: str) -> int:
    """The band of a value between cuts: one that stands at a cut has passed it."""
    passed = bisect_right(cuts, value)
    return 1 + (passed if better == "high" else len(cuts) - passed)


def segment(rules: Sequence[Rule], scores: Mapping[str, int], day: date) -> str | None:
    """The segment whose ranges hold the three scores."""
    for rule in rules:
        if is_valid(rule, day) and all(
            rule[f"{letter}_low"] <= scores[metric] <= rule[f"{letter}_high"]
            for metric, letter in LETTERS.items()
        ):
            code: str = rule["segment_code"]
            return code
    return None


def read_rfm(
    snapshots: Snapshots, rules: Rules, acts: Mapping[Person, Sequence[Act]]
) -> Mapping[tuple[Person, date], Score]:
    """The scores of everyone with an order that stood, on every as-of date.

    Who refused the consent that a metric asks for has none.
    """
    asked = {rule["consent_purpose"] for rule in rules.rfm_metrics}
    buyers: defaultdict[date, list[Person]] = defaultdict(list)
    for (person, day), snapshot in snapshots.items():
        if snapshot["order_count_lifetime"] and not asked & refused(acts[person], day):
            buyers[day].append(person)
    found: dict[tuple[Person, date], Score] = {}
    for day, people in buyers.items():
        for person in people:
            found[person, day] = {}
        for rule in rules.rfm_metrics:
            code = rule["metric_code"]
            cuts = [e["cut_value"] for e in rules.rfm_cuts if e["metric_code"] == code]
            _score_all(found, day, people, (rule, sorted(cuts)), snapshots)
        for person in people:
            own = found[person, day]
            scores = {metric: own[f"{metric}_score"] for metric in LETTERS}
            own["segment_code"] = segment(rules.rfm_segments, scores, day)
    return found


def _score_all(
    found: dict[tuple[Person, date], Score],
    day: date,
    people: Sequence[Person],
    metric: tuple[Rule, Sequence[float]],
    snapshots: Snapshots,
) -> None:
    """Add the value and score of one metric to everyone's scores of a day."""
    rule, cuts = metric
    sign = 1 if rule["better"] == "high" else -1
    code, feature = rule["metric_code"], rule["feature_code"]
    values = {person: float(snapshots[person, day][feature]) for person in people}
    worse_first = sorted(sign * value for value in values.values())
    for person, value in values.items():
        own = found[person, day]
        own[f"{code}_value"] = value
        own[f"{code}_score"] = (
            band(value, cuts, rule["better"])
            if cuts
            else score(sign * value, worse_first, rule["bands"])
        )
