"""Builds that fail, or that build a part only, do no harm: the next one makes up."""

from collections.abc import Callable

import pytest
from warehouses import WITHOUT_TESTS, Warehouse

from incremental.conftest import Proof
from incremental.deliveries import arranged, deliver
from incremental.equality import assert_equal
from incremental.scenarios import SCENARIOS

pytestmark = pytest.mark.proof

# Where a build stops: each layer, and where what a person was is replaced by what
# the person is, so that it cannot be read from there again.
CUTS = (
    "stg_strata__events",
    "core_events",
    "core_orders",
    "feat_user_snapshots",
    "tier_user_reviews",
)


def build_part(warehouse: Warehouse, *arguments: str) -> None:
    """Build some models only; this must succeed."""
    outcome = warehouse.dbt("build", *arguments, *WITHOUT_TESTS)
    assert outcome.success, outcome


def made_up(warehouse: Warehouse, full: Warehouse) -> None:
    """One plain build, and everything is as it must be."""
    warehouse.build()
    assert_equal(warehouse, full, "made up", "full")


@pytest.mark.parametrize("cuts", [CUTS, ("core_events",)], ids=["each", "one"])
def test_a_build_that_stops_after_a_model_is_made_up_for(
    behind: Warehouse, proof: Proof, cuts: tuple[str, ...]
) -> None:
    """Each go comes a little farther; what one has lost the next cannot find."""
    for cut in cuts:
        build_part(behind, "--select", f"+{cut}")
    made_up(behind, proof.full[1])


def test_models_built_one_by_one_are_made_up_for(
    behind: Warehouse, proof: Proof
) -> None:
    """A model on its own stale inputs, a layer, and what lies downstream of it."""
    build_part(behind, "--select", "core_users")
    build_part(behind, "--select", "staging")
    build_part(behind, "--select", "core_sessions+", "--exclude", "tiers")
    made_up(behind, proof.full[1])


def test_a_part_rebuilt_in_full_is_made_up_for(behind: Warehouse, proof: Proof) -> None:
    build_part(behind, "--select", "staging", "--full-refresh")
    made_up(behind, proof.full[1])


def test_a_model_that_fails_is_made_up_for(behind: Warehouse, proof: Proof) -> None:
    """Somebody added a column by hand; before it is mended, more rows arrive."""
    behind.execute("alter table strata_core.core_user_days add column own integer")
    outcome = behind.dbt("build", *WITHOUT_TESTS)
    assert not outcome.success
    assert any("core_user_days" in each for each in outcome.failed)
    deliver(behind, arranged(SCENARIOS)[2])
    behind.execute("alter table strata_core.core_user_days drop column own")
    made_up(behind, proof.full[2])


def test_a_wrong_setting_and_raw_tables_that_are_away_are_made_up_for(
    behind: Warehouse, proof: Proof
) -> None:
    """Without accounts the build goes on, without a required column it does not."""
    nowhere = {"strata__timezone": "Mars/Olympus"}
    assert not behind.dbt("build", *WITHOUT_TESTS, variables=nowhere).success
    behind.execute("alter table raw.users rename to users_away")
    behind.build()
    behind.execute(
        "alter table raw.users_away rename to users",
        "alter table raw.orders rename column user_id to buyer",
    )
    outcome = behind.dbt("build", *WITHOUT_TESTS)
    assert not outcome.success
    assert 'no column "user_id"' in " ".join(outcome.messages)
    behind.execute("alter table raw.orders rename column buyer to user_id")
    made_up(behind, proof.full[1])


@pytest.mark.parametrize(
    "loss",
    [
        "drop table strata_core.core_sessions",
        "drop table strata_staging.stg_strata__orders",
        "create or replace view strata_core.core_referrals as select 1 as nothing",
        "drop schema strata_state cascade",
    ],
)
def test_what_somebody_dropped_is_made_up_for(
    behind: Warehouse, proof: Proof, loss: str
) -> None:
    behind.execute(loss)
    made_up(behind, proof.full[1])


def test_a_full_refresh_of_what_stands_is_a_full_build(
    proof: Proof, new_warehouse: Callable[[str], Warehouse]
) -> None:
    again = proof.incremental[-1].copy(new_warehouse("again"))
    again.build(*WITHOUT_TESTS, "--full-refresh")
    assert_equal(again, proof.full[-1], "refreshed", "full")
