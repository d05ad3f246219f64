"""The known facts of public data, read from the warehouse's own marts."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from warehouses import WITHOUT_UNIT_TESTS, Warehouse

from strata.load import load

pytestmark = pytest.mark.xdist_group("real")

RETENTION = "strata_metrics.metric_retention_cohorts"
FIRST_MONTHS = [885, 417, 380, 452, 300, 284, 242, 188, 169, 299, 358, 324]
CALIBRATION_END = date(1997, 9, 30)


class Silent:
    """A report that nobody reads."""

    def progress(self, text: str) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def build_source(
    shared: Path, new_warehouse: Callable[[str], Warehouse]
) -> Iterator[Callable[..., Warehouse]]:
    """Loads a public data set and builds it, with every data test."""
    with pytest.MonkeyPatch.context() as patch:

        def build(source: str, folder: str, **variables: str) -> Warehouse:
            warehouse = new_warehouse(source)
            patch.setenv("STRATA_DUCKDB_PATH", str(warehouse.path))
            load(source, shared / "data" / folder, Silent())
            warehouse.build(*WITHOUT_UNIT_TESTS, variables=variables)
            return warehouse

        yield build


@pytest.fixture(scope="module")
def retail(build_source: Callable[..., Warehouse]) -> Warehouse:
    """Online Retail, in the time zone of the shop."""
    return build_source(
        "online-retail", "online_retail", strata__timezone="Europe/London"
    )


@pytest.fixture(scope="module")
def cdnow(build_source: Callable[..., Warehouse]) -> Warehouse:
    """CDNOW as of the end of its calibration period."""
    return build_source("cdnow", "cdnow", strata__as_of_date=str(CALIBRATION_END))


@pytest.fixture(scope="module")
def rees46(build_source: Callable[..., Warehouse]) -> Warehouse:
    """The first events of the REES46 shop."""
    return build_source("rees46", "rees46_sample")


def test_retail_cohorts_have_their_known_sizes(retail: Warehouse) -> None:
    found = retail.rows(
        f"select cohort_users from {RETENTION} where definition_code ="
        " 'orders_monthly' and period_number = 0 and cohort_date < '2011-12-01'"
        " order by cohort_date"
    )
    assert [users for (users,) in found] == FIRST_MONTHS


def test_the_first_retail_cohort_returns_as_known(retail: Warehouse) -> None:
    found = dict(
        retail.rows(
            f"select period_number, retained_users from {RETENTION} where"
            " definition_code = 'orders_monthly' and cohort_date = '2010-12-01'"
        )
    )
    assert (found[0], found[1], found[2], found[11]) == (885, 324, 286, 445)


def test_the_unfinished_last_month_of_retail_has_no_rate(retail: Warehouse) -> None:
    found = retail.rows(
        f"select distinct retention_rate, mature_users from {RETENTION}"
        " where definition_code = 'orders_monthly' and not is_mature"
    )
    assert found == [(None, 0)]


def test_two_thirds_of_retail_buyers_buy_again(retail: Warehouse) -> None:
    ((buyers, repeat_buyers, rate),) = retail.rows(
        "select buyers, repeat_buyers, repurchase_rate"
        " from strata_metrics.metric_repurchase where period_grain = 'lifetime'"
        " and segment = 'all' and business_line = 'all'"
    )
    assert (repeat_buyers, buyers) == (2845, 4338)
    assert round(rate, 4) == 0.6558


def test_the_value_of_retail_cohorts_is_that_of_the_same_buyers(
    retail: Warehouse,
) -> None:
    found = retail.rows(
        "select buyers, active_buyers from strata_metrics.metric_order_value_cohorts"
        " where cohort_date = '2010-12-01' and period_number in (0, 1, 2, 11)"
        " order by period_number"
    )
    assert found == [(885, 885), (885, 324), (885, 286), (885, 445)]


def test_the_two_giant_cancelled_retail_orders_net_to_nothing(
    retail: Warehouse,
) -> None:
    found = retail.rows(
        "select users.user_id, orders.gross_amount, orders.net_amount"
        " from strata_core.core_orders as orders"
        " inner join strata_core.core_users as users using (user_key)"
        " where users.user_id in ('12346', '16446') and orders.gross_amount > 10000"
        " order by 1"
    )
    assert found == [
        ("12346", Decimal("77183.60"), Decimal("0.00")),
        ("16446", Decimal("168469.60"), Decimal("0.00")),
    ]
    tiers = retail.rows(
        "select history.tier_code from strata_tiers.tier_user_history as history"
        " inner join strata_core.core_users as users using (user_key)"
        " where users.user_id in ('12346', '16446') and history.is_current"
        " and history.program_code = 'membership'"
    )
    assert {tier for (tier,) in tiers} == {"bronze"}


def test_every_returned_pound_of_retail_is_kept(retail: Warehouse) -> None:
    """Those without an order in the data stay visible in staging."""
    kept, netted = retail.rows(
        "select (select sum(amount) from strata_staging.stg_strata__refunds),"
        " (select sum(refunded_amount) from strata_core.core_orders)"
    )[0]
    unmatched = retail.value(
        "select sum(amount) from strata_staging.stg_strata__refunds as refunds"
        " where not exists (select 1 from strata_core.core_orders as orders"
        " where orders.order_id = refunds.order_id)"
    )
    assert kept == netted + unmatched
    assert kept == Decimal("611342.09")


def test_cdnow_customers_have_their_known_summary(
    cdnow: Warehouse, shared: Path
) -> None:
    """Repeat days, weeks from first to last order, and weeks since the first one."""
    path = shared / "cases/data/cdnow_summary.csv"
    with path.open(encoding="utf-8") as file:
        expected = {
            int(row["ID"]): (
                int(row["frequency"]),
                float(row["recency"]),
                float(row["T"]),
            )
            for row in csv.DictReader(file)
        }
    # The summary numbers the customers of the sample; the loader keeps their own ids.
    with duckdb.connect() as con:
        numbers = dict(
            con.execute(
                "select distinct customer_id, cast(sample_id as integer)"
                f" from '{shared}/data/cdnow/cdnow_sample.parquet'"
            ).fetchall()
        )
    found = cdnow.rows(
        "select users.user_id, snapshots.order_day_count_lifetime - 1,"
        " snapshots.days_since_first_order - snapshots.days_since_last_order,"
        " snapshots.days_since_first_order"
        " from strata_features.feat_user_snapshots as snapshots"
        " inner join strata_core.core_users as users using (user_key)"
        " where snapshots.is_current"
    )
    assert {numbers[user_id] for user_id, *_ in found} == expected.keys()
    assert len(found) == 2357
    for user_id, repeats, lived, age in found:
        frequency, recency, total = expected[numbers[user_id]]
        assert repeats == frequency
        assert lived / 7 == pytest.approx(recency, abs=0.0051)
        assert age / 7 == pytest.approx(total, abs=0.0051)
    assert sum(repeats == 0 for _, repeats, *_ in found) == 1411


def test_rees46_events_and_people_are_all_there(rees46: Warehouse) -> None:
    events = dict(
        rees46.rows(
            "select event_name, count(*) from strata_core.core_events group by 1"
        )
    )
    assert events == {"view": 17055, "cart": 165, "purchase": 214}
    assert rees46.value("select count(*) from strata_core.core_users") == 4504
    assert rees46.value(
        "select sum(dau) from strata_metrics.metric_activity_daily"
    ) == (4504)


def test_most_rees46_purchasers_never_used_the_cart(rees46: Warehouse) -> None:
    purchasers, cartless = rees46.rows(
        "select count(*), count(*) filter (where carts = 0) from ("
        " select user_key, count(*) filter (where event_type = 'add_to_cart') as carts"
        " from strata_core.core_events group by 1"
        " having count(*) filter (where event_type = 'purchase') > 0)"
    )[0]
    assert (purchasers, cartless) == (193, 131)


@pytest.mark.parametrize("name", ["retail", "cdnow", "rees46"])
def test_no_row_of_the_public_data_is_rejected(
    name: str, request: pytest.FixtureRequest
) -> None:
    warehouse: Warehouse = request.getfixturevalue(name)
    assert (
        warehouse.value("select count(*) from strata_staging.stg_strata__rejected_rows")
        == 0
    )
