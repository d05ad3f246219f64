"""A candidate policy is replayed beside the one in force and moves nobody."""

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from oracles.marts import TIERS, Mart
from oracles.spine import Spine
from oracles.tiers import OUTSIDE
from warehouses import ROOT, Warehouse

from strata.simulate import simulate

# What the candidate asks half of.
HALVED = "net_amount_365d"

pytestmark = pytest.mark.xdist_group("policies")


def edited(seed: str, change: Callable[[list[dict[str, str]]], None]) -> list[str]:
    """Statements that give a rule seed changed rows."""
    file = ROOT / f"seeds/rules/strata__{seed}.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    change(rows)
    table = f"strata_rules.strata__{seed}"
    values = ", ".join(
        "("
        + ", ".join(
            "'" + each.replace("'", "''") + "'" if each else "null"
            for each in row.values()
        )
        + ")"
        for row in rows
    )
    names = ", ".join(rows[0])
    return [
        f"delete from {table}",
        f"insert into {table} ({names}) from (values {values})",
    ]


def candidate(rows: list[dict[str, str]]) -> None:
    """Add a version of membership that asks half the money, and shares of spend."""
    for row in [each for each in rows if each["program_code"] == "membership"]:
        low = row["low"]
        if row["feature_code"] == HALVED:
            low = str(float(low) / 2)
        version = {"policy_version": "candidate", "valid_from": "9999-01-01"}
        rows.append({**row, **version, "low": low})
    shares = {"600": "0.95", "480": "0.9", "250": "0.9", "200": "0.85"}
    shares |= {"80": "0.8", "60": "0.75", "0.01": "0.5"}
    for row in rows:
        if row["program_code"] == "spend":
            row["low"] = shares[row["low"]]


def settings(rows: list[dict[str, str]]) -> None:
    """Cuts of the first review, and reviews by week, day and quarter."""
    changes = {
        "spend": {"threshold_mode": "frozen"},
        "frequency": {"review_grain": "week", "downgrade_policy": "hold"},
        "demand": {"review_grain": "quarter"},
    }
    for row in rows:
        row.update(changes.get(row["program_code"], {}))


@pytest.fixture(scope="module")
def spine(
    tmp_path_factory: pytest.TempPathFactory,
    new_warehouse: Callable[[str], Warehouse],
) -> Spine:
    """A small shop under edited rules, by the oracles."""
    folder = tmp_path_factory.mktemp("raw")
    simulate(folder, users=150, days=300, seed=5, end_date=date(2026, 6, 17))
    warehouse = new_warehouse("policies")
    warehouse.load_folder(folder)
    warehouse.seed()
    warehouse.execute(*edited("tier_rules", candidate), *edited("programs", settings))
    outcome = warehouse.dbt("run", "--select", "+path:models/tiers")
    assert outcome.success, outcome.failed or outcome.messages[-5:]
    return Spine(warehouse)


@pytest.mark.parametrize("mart", TIERS, ids=lambda mart: mart.table.split(".")[1])
def test_tiers_hold_what_the_state_machine_says(spine: Spine, mart: Mart) -> None:
    said = mart.differences(spine)
    assert not said, said


def test_the_back_test_counts_every_version(spine: Spine) -> None:
    expected: Counter[tuple[str, date, str]] = Counter()
    for life in spine.memberships:
        if life.program.is_trial:
            version = life.program.code.partition("@")[2]
            for day, rank in life.ranks.items():
                place = (version, day.replace(day=1), life.program.tier(rank))
                expected[place] += 1
    found = spine.warehouse.rows(
        "select policy_version, period, tier_code, users"
        " from strata_tiers.tier_policy_backtest where program_code = 'membership'"
    )
    assert {tuple(place): users for *place, users in found} == expected
    assert {version for version, *_ in expected} == {"2020.1", "candidate"}


def test_the_version_in_force_is_the_program(spine: Spine) -> None:
    lives: dict[str, dict[tuple[object, date], int]] = {}
    for life in spine.memberships:
        known = lives.setdefault(life.program.code, {})
        known |= {(life.person, day): rank for day, rank in life.ranks.items()}
    assert lives["membership"] == lives["membership@2020.1"]
    assert lives["membership"] != lives["membership@candidate"]
    assert any(rank != OUTSIDE for rank in lives["frequency"].values())


def test_the_matrix_counts_everybody_in_a_tier(spine: Spine) -> None:
    wrong = spine.warehouse.rows(
        "select program_code, review_date, to_tier, sum(users), sum(net_amount)"
        " from strata_tiers.tier_moves where to_tier != 'none' group by all"
        " except select program_code, review_date, tier_code, count(*),"
        " sum(net_amount_365d) from strata_tiers.tier_user_reviews as reviews"
        " inner join strata_rules.strata__tiers as tiers"
        " using (program_code, tier_rank)"
        " inner join strata_features.feat_user_snapshots as snapshots"
        " on reviews.user_key = snapshots.user_key"
        " and reviews.review_date = snapshots.as_of_date group by all"
    )
    assert wrong == []
