"""Identity finds the persons of the simulator, and the shipped way is the best."""

from collections.abc import Callable

import pytest
from identity_scores import Score, Way, measure, pairwise
from oracles.identity import CONNECTED, LAST_LOGIN, NEVER_MERGE
from warehouses import Warehouse

pytestmark = pytest.mark.xdist_group("scores")

SHIPPED = 60


@pytest.fixture(scope="module")
def scores(
    new_warehouse: Callable[[str], Warehouse], tmp_path_factory: pytest.TempPathFactory
) -> dict[Way, Score]:
    """The scores on a small shop."""
    folder = tmp_path_factory.mktemp("raw_scores")
    return dict(measure(new_warehouse("scores"), folder, 6000, 365, (0, SHIPPED)))


def test_the_shipped_way_finds_nearly_everybody(scores: dict[Way, Score]) -> None:
    best = scores[CONNECTED, SHIPPED]
    assert best.precision > 0.999
    assert best.recall > 0.98
    assert best.shared_balance > 0.98


def test_connecting_accounts_finds_more_than_the_other_policies(
    scores: dict[Way, Score],
) -> None:
    best = scores[CONNECTED, SHIPPED]
    for policy in (NEVER_MERGE, LAST_LOGIN):
        assert best.recall > scores[policy, SHIPPED].recall


def test_a_login_that_reaches_farther_tells_more(scores: dict[Way, Score]) -> None:
    without = scores[CONNECTED, 0]
    assert scores[CONNECTED, SHIPPED].shared_recall > without.shared_recall
    assert scores[CONNECTED, SHIPPED].recall > without.recall


def test_a_pairwise_score_counts_pairs() -> None:
    """Told {1, 2, 3} and {4}; true {1, 2} and {3, 4}: one pair of three and of two."""
    found = pairwise([("a", "x"), ("a", "x"), ("a", "y"), ("b", "y")])
    assert found == (1 / 3, 1 / 2)
