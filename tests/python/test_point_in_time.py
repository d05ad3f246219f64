"""A warehouse of a past day uses nothing that came later."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from warehouses import WITHOUT_TESTS, Warehouse

from strata.simulate import simulate

pytestmark = pytest.mark.xdist_group("past")

AS_OF = date(2026, 3, 31)
PUBLIC = (
    "strata_core.core_identity_map",
    "strata_core.core_identity_edges",
    "strata_core.core_identity_changes",
    "strata_core.core_users",
    "strata_core.core_sessions",
    "strata_core.core_orders",
    "strata_core.core_user_days",
    "strata_features.feat_user_snapshots",
    "strata_scores.score_user_rfm",
    "strata_tiers.tier_user_history",
    "strata_tags.tag_user_tags",
    "strata_tags.tag_user_profiles",
    "strata_tags.tag_catalog",
    "strata_metrics.metric_activity_daily",
    "strata_metrics.metric_lifecycle",
    "strata_metrics.metric_retention_cohorts",
    "strata_metrics.metric_retention_segments",
    "strata_metrics.metric_stickiness",
    "strata_metrics.metric_repurchase",
    "strata_metrics.metric_repurchase_products",
    "strata_metrics.metric_order_value_cohorts",
    "strata_metrics.metric_activation",
    "strata_metrics.metric_referral",
    "strata_metrics.metric_referral_value",
    "strata_metrics.metric_referral_users",
)
# What of today is compared with the past.
LATER = (
    "strata_core.core_orders",
    "strata_core.core_order_entries",
    "strata_core.core_events",
    "strata_features.feat_user_snapshots",
)
# When a raw row happened; versions of accounts and orders happen when they arrive,
# but the first version is known from the start.
HAPPENED = {
    "events": "event_at",
    "refunds": "refunded_at",
    "identity_links": "observed_at",
    "erasure_requests": "requested_at",
    "points_ledger": "entry_at",
    "messages": "sent_at",
    "referrals": "invited_at",
    "feedback": "submitted_at",
    "content": "published_at",
    "consents": "recorded_at",
    "products": "coalesce(launched_at, timestamp '1900-01-01')",
    "orders": "case when is_first then ordered_at else loaded_at end",
    "users": "case when is_first then registered_at else loaded_at end",
}


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Simulated raw tables of a year, with versions, refunds and cancellations."""
    folder = tmp_path_factory.mktemp("raw_past")
    simulate(folder, users=700, days=365, seed=23, end_date=date(2026, 6, 30))
    plant_what_comes_later(folder)
    return folder


def plant_what_comes_later(folder: Path) -> None:
    """Refund orders of the first quarter in April, and cancel others."""
    quarter = (
        f"(select *, row_number() over (order by order_id) as place"
        f" from '{folder}/orders.parquet' where status = 'paid'"
        " and ordered_at >= timestamp '2026-01-01' and loaded_at < timestamp"
        " '2026-03-31' and gross_amount - discount_amount > 1)"
    )
    additions = {
        "refunds": "select 'late-' || order_id as refund_id, order_id, timestamp"
        " '2026-04-10' as refunded_at, cast(1 as decimal(18, 2)) as amount, timestamp"
        f" '2026-04-10' as loaded_at from {quarter} where place <= 12",
        "orders": "select * exclude place replace ('cancelled' as status, timestamp"
        f" '2026-04-12' as loaded_at) from {quarter} where place between 13 and 24",
    }
    with duckdb.connect() as con:
        for table, rows in additions.items():
            file = folder / f"{table}.parquet"
            con.execute(f"create table {table} as from '{file}'")
            con.execute(f"insert into {table} {rows}")
        for table in additions:
            con.execute(f"copy {table} to '{folder / table}.parquet'")


@pytest.fixture(scope="module")
def later(raw: Path, new_warehouse: Callable[[str], Warehouse]) -> Warehouse:
    """The whole input, as of its last day, as far as the past is compared with it."""
    return built(new_warehouse("later"), raw, LATER)


@pytest.fixture(scope="module")
def past(raw: Path, new_warehouse: Callable[[str], Warehouse]) -> Warehouse:
    """The whole input, built as of the past day."""
    return built(
        new_warehouse("past"), raw, PUBLIC + LATER, strata__as_of_date=str(AS_OF)
    )


@pytest.fixture(scope="module")
def truncated(
    raw: Path,
    new_warehouse: Callable[[str], Warehouse],
    tmp_path_factory: pytest.TempPathFactory,
) -> Warehouse:
    """The input up to the past day, built as of it."""
    folder = tmp_path_factory.mktemp("raw_truncated")
    with duckdb.connect() as con:
        for file in sorted(raw.glob("*.parquet")):
            con.execute(f"copy ({kept_rows(file)}) to '{folder / file.name}'")
    return built(
        new_warehouse("truncated"), folder, PUBLIC, strata__as_of_date=str(AS_OF)
    )


def built(
    warehouse: Warehouse, folder: Path, marts: Iterable[str], **variables: str
) -> Warehouse:
    """The warehouse with the folder loaded, and what leads to some marts built."""
    warehouse.load_folder(folder)
    chosen = (f"+{mart.partition('.')[2]}" for mart in marts)
    warehouse.build("--select", *chosen, *WITHOUT_TESTS, variables=variables)
    return warehouse


def kept_rows(file: Path) -> str:
    """A query of the rows of a raw file that had happened by the past day."""
    happened = HAPPENED.get(file.stem)
    if happened is None:
        return f"from '{file}'"
    if "is_first" not in happened:
        return f"from '{file}' where cast({happened} as date) <= date '{AS_OF}'"
    key = f"{file.stem.removesuffix('s')}_id"
    return (
        f"select * exclude is_first from (select *, loaded_at = min(loaded_at) over"
        f" (partition by {key}) as is_first from '{file}')"
        f" where cast({happened} as date) <= date '{AS_OF}'"
    )


def differences(left: Warehouse, right: Warehouse, query: str) -> Iterator[str]:
    """Rows that only one of two warehouses has."""
    ours, theirs = set(left.rows(query)), set(right.rows(query))
    yield from (f"only left: {row}" for row in sorted(map(repr, ours - theirs))[:3])
    yield from (f"only right: {row}" for row in sorted(map(repr, theirs - ours))[:3])


@pytest.mark.parametrize("mart", PUBLIC)
def test_a_past_day_is_rebuilt_from_what_had_happened_by_then(
    past: Warehouse, truncated: Warehouse, mart: str
) -> None:
    assert past.value(f"select count(*) from {mart}") > 0
    assert list(differences(past, truncated, f"from {mart}")) == []


def test_the_past_differs_from_today_where_it_should(
    past: Warehouse, later: Warehouse
) -> None:
    """Else the test above could not fail: later rows do change these marts."""
    orders = "select order_key, net_amount from strata_core.core_orders"
    assert list(differences(past, later, orders)) != []
    late_refunds = later.value(
        "select count(*) from strata_core.core_order_entries where entry_kind !="
        " 'sale' and entry_date > ? and order_date <= ?",
        AS_OF,
        AS_OF,
    )
    assert late_refunds >= 10


def test_old_snapshots_stay_as_they_were_when_time_goes_on(
    past: Warehouse, later: Warehouse
) -> None:
    """Persons whose ids a later login moved are left out: identity looks back."""
    settled: dict[str, set[tuple[str, ...]]] = {}
    moved: dict[str, set[tuple[str, ...]]] = {}
    owned = (
        "select user_key, count(*), min(event_at), max(event_at)"
        f" from strata_core.core_events where event_date <= date '{AS_OF}' group by 1"
    )
    for warehouse, into in ((past, settled), (later, moved)):
        for key, *rest in warehouse.rows(owned):
            into.setdefault(key, set()).add(tuple(rest))
    changed = {key for key in settled | moved if settled.get(key) != moved.get(key)}
    snapshots = (
        "select * exclude is_current from strata_features.feat_user_snapshots"
        f" where as_of_date <= date '{AS_OF}'"
    )
    then = {row for row in past.rows(snapshots) if row[0] not in changed}
    now = {row for row in later.rows(snapshots) if row[0] not in changed}
    assert then == now
    everybody = {row[0] for row in past.rows(snapshots)}
    assert len(everybody - changed) > 0.8 * len(everybody)
