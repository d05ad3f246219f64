"""Attribution, held against oracles in plain Python on simulated data."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isclose
from typing import Any

import pytest
from oracles.acquisition import read_spend
from oracles.attribution import (
    Conversion,
    Path,
    attribute,
    count_moves,
    likelihood,
    lost_journeys,
    rates_of,
    read_conversions,
    removal_effects,
    shapley,
)
from oracles.clock import DAY
from oracles.compare import differences
from oracles.orders import ZERO
from oracles.spine import Record, Spine, spine_of
from warehouses import Warehouse

pytestmark = pytest.mark.xdist_group("simulated")

MARTS = "strata_metrics.metric"
TOUCH = ("definition_code", "conversion_id", "model_code", "touch_number")


@dataclass(frozen=True)
class Attribution:
    """What attribution must hold, worked out once and when asked for."""

    spine: Spine

    def seed(self, name: str) -> list[Record]:
        """The rows of a rule seed."""
        return self.spine.records(f"strata_rules.strata__attribution_{name}")

    @cached_property
    def models(self) -> list[Record]:
        """The models of attribution."""
        return self.seed("models")

    @cached_property
    def conversions(self) -> dict[str, list[Conversion]]:
        """The conversions of each definition."""
        lives, day = self.spine.lives.values(), self.spine.clock.as_of_date
        return {
            rule["definition_code"]: list(read_conversions(rule, lives, day))
            for rule in self.seed("definitions")
        }

    @cached_property
    def walks(self) -> dict[str, dict[Path, tuple[int, int]]]:
        """How often each path was walked, with and without a conversion at its end."""
        lives, day = self.spine.lives.values(), self.spine.clock.as_of_date
        found = {}
        for rule in self.seed("definitions"):
            code = rule["definition_code"]
            won = Counter(each.path for each in self.conversions[code] if each.path)
            lost = Counter(lost_journeys(rule, lives, self.conversions[code], day))
            found[code] = {
                path: (won[path], lost[path]) for path in won.keys() | lost.keys()
            }
        return found

    @cached_property
    def effects(self) -> Mapping[str, Mapping[str, Fraction]]:
        """The removal effects of each definition."""
        return {
            code: removal_effects(rates_of(count_moves(walks)))
            for code, walks in self.walks.items()
        }

    @cached_property
    def rows(self) -> list[Record]:
        """The rows of every conversion by every model."""
        return [
            row
            for code, conversions in self.conversions.items()
            for conversion in conversions
            for model in self.models
            for row in attribute(conversion, model, self.effects[code])
        ]

    @cached_property
    def found(self) -> list[Record]:
        """The rows of the warehouse, with the ids behind the keys."""
        orders = dict(
            self.spine.warehouse.rows(
                "select order_key, order_id from strata_core.core_orders"
            )
        )
        rows = self.spine.mart(f"{MARTS}_attribution")
        for row in rows:
            key = row.pop("conversion_key")
            is_order = row["conversion_kind"] != "registration"
            row["conversion_id"] = orders[key] if is_order else row["person"].id
        return rows


@pytest.fixture(scope="module")
def attribution(simulated: Warehouse) -> Attribution:
    """The attribution of the simulated warehouse by the oracles."""
    return Attribution(spine_of(simulated))


def test_every_touch_has_the_credit_that_its_model_gives(
    attribution: Attribution,
) -> None:
    found = attribution.found
    for row in found:
        assert (row["session_key"] is None) == (row["touch_number"] == 0)
    said = differences(found, attribution.rows, TOUCH)
    assert not said, said


def test_the_data_try_conversions_without_with_one_and_with_many_touches(
    attribution: Attribution,
) -> None:
    counts = {
        min(len(each.touches), 3)
        for conversions in attribution.conversions.values()
        for each in conversions
    }
    assert counts == {0, 1, 2, 3}


def test_the_paths_are_those_that_people_walked(attribution: Attribution) -> None:
    expected = [
        {
            "definition_code": code,
            "path": path,
            "conversions": won,
            "nulls": lost,
            "value": sum(
                (
                    each.value
                    for each in attribution.conversions[code]
                    if each.path == path
                ),
                ZERO,
            ),
        }
        for code, walks in attribution.walks.items()
        for path, (won, lost) in walks.items()
    ]
    found = attribution.spine.records(f"{MARTS}_attribution_paths")
    rows = [{**row, "path": tuple(row["path"])} for row in found]
    said = differences(rows, expected, ("definition_code", "path"))
    assert not said, said


def test_the_chain_is_counted_and_solved_exactly(attribution: Attribution) -> None:
    steps: list[dict[str, Any]] = []
    removals: list[dict[str, Any]] = []
    for code, walks in attribution.walks.items():
        moves = count_moves(walks)
        chain = rates_of(moves)
        own = {"definition_code": code, "model_code": "markov"}
        steps += [
            {
                **own,
                "from_state": begin,
                "to_state": end,
                "transitions": number,
                "transition_rate": float(chain[begin][end]),
            }
            for (begin, end), number in moves.items()
        ]
        effects, won = attribution.effects[code], sum(n for n, _ in walks.values())
        removals += [
            {
                **own,
                "channel": channel,
                "conversion_rate": float(likelihood(chain)),
                "removed_rate": float(likelihood(chain, channel)),
                "removal_effect": float(effect),
                "removal_share": float(effect / sum(effects.values())),
                "removal_conversions": float(effect / sum(effects.values()) * won),
            }
            for channel, effect in effects.items()
        ]
    for table, rows, key in (
        ("transitions", steps, ("from_state", "to_state")),
        ("removals", removals, ("channel",)),
    ):
        found = attribution.spine.records(f"{MARTS}_attribution_{table}")
        said = differences(found, rows, ("definition_code", "model_code", *key))
        assert not said, said


def test_shapley_shares_are_those_of_the_whole_game(attribution: Attribution) -> None:
    for code, walks in attribution.walks.items():
        worth: Counter[frozenset[str]] = Counter()
        for path, (won, _) in walks.items():
            worth[frozenset(path)] += won
        worth = +worth
        expected = shapley(sorted(frozenset().union(*worth)), worth)
        found = dict(
            attribution.spine.warehouse.rows(
                "select channel, credited_conversions"
                f" from {MARTS}_attribution_channels"
                " where period_grain = 'lifetime' and model_code = 'shapley'"
                " and channel != '(unattributed)' and credited_conversions > 0"
                " and definition_code = ?",
                code,
            )
        )
        assert found.keys() == expected.keys()
        for channel, share in expected.items():
            assert isclose(found[channel], share, abs_tol=1e-9), (code, channel)


def test_channels_hold_what_their_touches_are_credited_with_and_what_was_spent(
    attribution: Attribution,
) -> None:
    clock = attribution.spine.clock
    opening = clock.first_date.replace(day=1)
    kinds = {
        rule["definition_code"]: rule["conversion_kind"]
        for rule in attribution.seed("definitions")
    }
    credit: defaultdict[tuple[Any, ...], float] = defaultdict(float)
    value: defaultdict[tuple[Any, ...], Any] = defaultdict(lambda: ZERO)
    spend: defaultdict[tuple[Any, ...], Any] = defaultdict(lambda: ZERO)
    for row in attribution.rows:
        month = row["converted_date"].replace(day=1)
        for period in (("month", month), ("lifetime", opening)):
            place = (*period, row["definition_code"], row["model_code"], row["channel"])
            credit[place] += row["credit"]
            value[place] += row["value"]
    spends = read_spend(attribution.spine.kept("ad_spend"), clock.as_of_date)
    for each in spends:
        for period in (("month", each.day.replace(day=1)), ("lifetime", opening)):
            for code in kinds:
                for model in attribution.models:
                    place = (*period, code, model["model_code"], each.ad[0])
                    spend[place] += each.amount
    expected = []
    for place in credit.keys() | spend.keys():
        grain, period, code, model_code, channel = place
        effects = attribution.effects[code]
        won = sum(n for n, _ in attribution.walks[code].values())
        is_told = model_code == "markov" and grain == "lifetime" and channel in effects
        effect = effects[channel] if is_told else None
        end = (period + 31 * DAY).replace(day=1) - DAY
        expected.append(
            {
                "period_grain": grain,
                "period": period,
                "definition_code": code,
                "conversion_kind": kinds[code],
                "model_code": model_code,
                "channel": channel,
                "is_mature": grain == "month" and clock.as_of_date >= end,
                "credited_conversions": credit[place],
                "value": value[place],
                "spend": spend[place],
                "cost_per_conversion": (
                    float(spend[place]) / credit[place] if credit[place] else None
                ),
                "removal_effect": None if effect is None else float(effect),
                "removal_conversions": (
                    None
                    if effect is None
                    else float(effect / sum(effects.values()) * won)
                ),
            }
        )
    key = ("period_grain", "period", "definition_code", "model_code", "channel")
    found = attribution.spine.records(f"{MARTS}_attribution_channels")
    said = differences(found, expected, key)
    assert not said, said
