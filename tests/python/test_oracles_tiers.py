"""Membership, held against a state machine in plain Python."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from oracles.marts import TIERS, Mart
from oracles.spine import Spine, spine_of
from oracles.tiers import OUTSIDE, Standing, Verdict
from warehouses import Warehouse

pytestmark = pytest.mark.xdist_group("simulated")

# What a review may say of a tier.
ENTER, STAY, FAIL = Verdict(True, False), Verdict(False, False), Verdict(False, True)


@pytest.fixture(scope="module")
def spine(simulated: Warehouse) -> Spine:
    """The spine of the simulated warehouse by the oracles."""
    return spine_of(simulated)


@pytest.mark.parametrize("mart", TIERS, ids=lambda mart: mart.table.split(".")[1])
def test_tiers_hold_what_the_state_machine_says(spine: Spine, mart: Mart) -> None:
    said = mart.differences(spine)
    assert not said, said


def test_the_simulated_shop_has_members_of_every_tier(spine: Spine) -> None:
    seen = {
        membership.program.tier(rank)
        for membership in spine.memberships
        if membership.program.code == "membership"
        for rank in membership.ranks.values()
    }
    assert seen >= {"none", "bronze", "silver", "gold", "platinum"}


def live(lives: Sequence[Sequence[Verdict]], policy: str = "drop") -> list[int]:
    """The rank after each review; a review gives the verdicts from rank 1 down."""
    standing, ranks = Standing(validity_reviews=3, policy=policy), []
    for number, verdicts in enumerate(lives):
        day = date(2026, 1, 31) + timedelta(days=number)
        standing.review(day, dict(enumerate(verdicts, start=1)))
        ranks.append(standing.rank)
    return ranks


def test_a_tier_is_lost_after_so_many_failed_reviews_in_a_row() -> None:
    lives = [[ENTER], [FAIL], [FAIL], [STAY], [FAIL], [FAIL], [FAIL]]
    assert live(lives) == [1, 1, 1, 1, 1, 1, OUTSIDE]


def test_a_tier_that_is_held_is_never_lost() -> None:
    assert live([[ENTER], *[[FAIL]] * 9], policy="hold") == [1] * 10


def test_a_drop_ends_at_the_highest_tier_whose_stay_has_held() -> None:
    lives = [[ENTER] * 3, *[[FAIL, FAIL, STAY]] * 3]
    assert live(lives) == [1, 1, 1, 3]
    lives = [[ENTER] * 3, [FAIL, STAY, STAY], *[[FAIL, FAIL, STAY]] * 3]
    assert live(lives) == [1, 1, 1, 2, 3]


def test_only_enter_leads_up_again() -> None:
    lives = [[ENTER, ENTER], *[[FAIL, STAY]] * 3, [STAY, STAY], [ENTER, ENTER]]
    assert live(lives) == [1, 1, 1, 2, 2, 1]


def test_nobody_is_in_a_program_before_entering_it() -> None:
    assert live([[STAY, STAY], [STAY, ENTER], [ENTER, ENTER]]) == [OUTSIDE, 2, 1]


def test_a_soft_landing_is_one_rank_and_begins_anew() -> None:
    lives = [[ENTER] * 3, *[[FAIL] * 3] * 9]
    assert live(lives, "one_down") == [1, 1, 1, 2, 2, 2, 3, 3, 3, OUTSIDE]


def test_what_a_better_tier_grants_counts_for_a_worse_one() -> None:
    assert live([[ENTER, FAIL], *[[STAY, FAIL]] * 3, *[[FAIL, FAIL]] * 3]) == [
        *[1] * 6,
        OUTSIDE,
    ]
