"""Rules read features by position: every position must hold its feature."""

import pytest
from warehouses import Warehouse

pytestmark = pytest.mark.xdist_group("simulated")


def test_every_feature_stands_at_its_position(simulated: Warehouse) -> None:
    vocabulary = simulated.rows(
        "select feature_code, value_type, position"
        " from strata_features.feat_vocabulary order by 2, 3"
    )
    assert len(vocabulary) >= 40
    compared = ", ".join(
        f"count(*) filter (where snapshots.{code} is distinct from"
        f" {'vectors.number_values' if kind == 'number' else 'vectors.text_values'}"
        f"[{position}]) as {code}"
        for code, kind, position in vocabulary
    )
    (found,) = simulated.records(
        f"select {compared} from strata_features.feat_user_snapshots as snapshots"
        " inner join strata_features.feat_user_vectors as vectors"
        " using (user_key, as_of_date)"
    )
    assert {code for code, wrong in found.items() if wrong} == set()


def test_every_column_of_the_snapshot_is_in_the_vocabulary(
    simulated: Warehouse,
) -> None:
    columns = simulated.rows(
        "select column_name from information_schema.columns"
        " where table_name = 'feat_user_snapshots' and column_name not in"
        " ('user_key', 'as_of_date', 'is_current', 'is_month_end')"
    )
    vocabulary = simulated.rows(
        "select feature_code from strata_features.feat_vocabulary"
    )
    assert sorted(columns) == sorted(vocabulary)


def test_features_differ_between_people(simulated: Warehouse) -> None:
    """A feature that is the same for everybody is most likely a broken one."""
    codes = [
        code
        for (code,) in simulated.rows(
            "select feature_code from strata_features.feat_vocabulary"
        )
    ]
    (found,) = simulated.records(
        "select "
        + ", ".join(f"count(distinct {code}) as {code}" for code in codes)
        + " from strata_features.feat_user_snapshots"
    )
    assert {code for code, kinds in found.items() if kinds < 2} == set()
