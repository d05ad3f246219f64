"""Features and scores, held against oracles in plain Python."""

from datetime import date

import pytest
from oracles.compare import by_key
from oracles.features import Snapshots
from oracles.marts import FEATURES, PERSON_DAY, Mart
from oracles.people import age_years
from oracles.rfm import score
from oracles.spine import Spine, spine_of
from warehouses import Warehouse

pytestmark = pytest.mark.xdist_group("simulated")


@pytest.fixture(scope="module")
def spine(simulated: Warehouse) -> Spine:
    """The spine of the simulated warehouse by the oracles."""
    return spine_of(simulated)


@pytest.mark.parametrize("mart", FEATURES, ids=lambda mart: mart.table.split(".")[1])
def test_features_hold_what_was_so_at_the_end_of_the_day(
    spine: Spine, mart: Mart
) -> None:
    said = mart.differences(spine)
    assert not said, said


def test_the_oracles_know_every_feature_of_the_vocabulary(spine: Spine) -> None:
    vocabulary = spine.warehouse.rows(
        "select feature_code from strata_features.feat_vocabulary"
    )
    snapshot = next(iter(spine.snapshots.values()))
    assert snapshot.keys() == {code for (code,) in vocabulary}


def test_vectors_hold_each_feature_at_its_place(spine: Spine) -> None:
    places = {
        row["feature_code"]: (f"{row['value_type']}_values", row["position"] - 1)
        for row in spine.warehouse.records("from strata_features.feat_vocabulary")
    }
    snapshots = by_key(spine.mart("strata_features.feat_user_snapshots"), PERSON_DAY)
    vectors = by_key(spine.mart("strata_features.feat_user_vectors"), PERSON_DAY)
    assert vectors.keys() == snapshots.keys()
    for place, vector in vectors.items():
        for feature, (values, position) in places.items():
            value = snapshots[place][feature]
            if value is not None and values == "number_values":
                value = float(value)
            assert vector[values][position] == value, (place, feature)


def test_every_feature_is_known_of_somebody(spine: Spine) -> None:
    assert missing_everywhere(spine.snapshots) == set()


def missing_everywhere(snapshots: Snapshots) -> set[str]:
    """The features that are null or 0 in every snapshot."""
    features = set(next(iter(snapshots.values())))
    return {
        feature
        for feature in features
        if not any(snapshot[feature] for snapshot in snapshots.values())
    }


def test_equal_values_share_a_score_and_the_best_of_many_has_the_highest() -> None:
    worse_first = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0]
    assert [score(value, worse_first, 5) for value in (1.0, 2.0, 3.0)] == [1, 4, 5]
    assert score(7.0, [7.0], 5) == 1


def test_a_year_of_age_is_full_on_the_birthday() -> None:
    assert age_years(date(2000, 2, 29), date(2026, 2, 27)) == 25
    assert age_years(date(2000, 2, 29), date(2026, 2, 28)) == 26
    assert age_years(date(2000, 2, 29), date(2028, 2, 28)) == 27
    assert age_years(date(2000, 2, 29), date(2028, 2, 29)) == 28
    assert age_years(date(2000, 3, 1), date(2028, 2, 29)) == 27
    assert age_years(date(2030, 1, 1), date(2026, 1, 1)) is None
    assert age_years(date(1880, 1, 1), date(2026, 1, 1)) is None
    assert age_years(None, date(2026, 1, 1)) is None
