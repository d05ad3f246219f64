"""Staging and core, held against oracles in plain Python, every row and column."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from oracles.identity import MICROSECOND, Device, Login, Person
from oracles.marts import CORE, STAGING, Mart
from oracles.raw import read_contract
from oracles.sessions import channel_of
from oracles.spine import REFUSED, Spine, spine_of
from warehouses import Warehouse

pytestmark = pytest.mark.xdist_group("simulated")

NOON = datetime(2026, 1, 1, 12)


@pytest.fixture(scope="module")
def spine(simulated: Warehouse) -> Spine:
    """The spine of the simulated warehouse by the oracles."""
    return spine_of(simulated)


@pytest.mark.parametrize("table", STAGING)
def test_staging_keeps_the_valid_rows_of_a_raw_table(spine: Spine, table: str) -> None:
    said = STAGING[table].differences(spine)
    assert not said, said


@pytest.mark.parametrize("table", STAGING)
def test_staging_refuses_each_other_row_with_its_reason(
    spine: Spine, table: str
) -> None:
    refused = spine.warehouse.rows(REFUSED, table)
    assert Counter(refused) == spine.refusals(table)


@pytest.mark.parametrize("table", STAGING)
def test_kept_and_refused_rows_add_up_to_the_rows_read(
    spine: Spine, table: str
) -> None:
    delivered = spine.delivered[table]
    refused = len(delivered.faulty) + len(delivered.superseded)
    assert len(delivered.kept) + refused == delivered.read


def test_the_simulated_faults_are_all_found(
    simulated: Warehouse, raw_folder: Path
) -> None:
    planted = simulated.rows(
        f"""select "table", count(*) from '{raw_folder}/truth/bad_rows.parquet'
        group by 1 order by 1"""
    )
    found = simulated.rows(
        "select source_table, count(*)"
        " from strata_staging.stg_strata__rejected_rows"
        " where is_fault and source_table in ('events', 'orders')"
        " group by 1 order by 1"
    )
    assert planted == found


@pytest.mark.parametrize("mart", CORE, ids=lambda mart: mart.table.split(".")[1])
def test_core_holds_what_the_raw_tables_say(spine: Spine, mart: Mart) -> None:
    said = mart.differences(spine)
    assert not said, said


def test_the_simulated_input_tries_what_the_oracles_know(spine: Spine) -> None:
    """Else the tests above would agree on nothing."""
    devices = spine.identity.devices.values()
    reasons = {
        fault.reason_code
        for delivered in spine.delivered.values()
        for _, faults in delivered.faulty
        for fault in faults
    }
    assert any(device.is_shared for device in devices)
    assert any(not device.accounts for device in devices)
    assert spine.identity.absent
    assert any(len(life.accounts) > 1 for life in spine.lives.values())
    assert {edge.cut_reason for edge in spine.identity.edges} >= {None, "shared"}
    assert spine.delivered["events"].superseded
    assert reasons >= {"missing_key", "missing_time", "time_out_of_range"}
    assert any(order.cancelled_at for order in spine.orders)
    assert any(order.refunds for order in spine.orders)
    assert any(order.rate != 1 for order in spine.orders)


def device(gap: timedelta | None, *logins: tuple[datetime, str]) -> Device:
    """A device with these logins."""
    found = [
        Login(at, f"e{place}", Person("user_id", account))
        for place, (at, account) in enumerate(logins)
    ]
    return Device(found, gap)


def test_a_device_belongs_to_the_next_login_and_then_to_the_last_one() -> None:
    hour = timedelta(hours=1)
    used = device(None, (NOON, "a"), (NOON + hour, "a"), (NOON + 2 * hour, "b"))
    a, b = Person("user_id", "a"), Person("user_id", "b")
    assert used.owner(NOON - hour) == a
    assert used.owner(NOON + hour) == a
    assert used.owner(NOON + hour + MICROSECOND) == b
    assert used.owner(NOON + 9 * hour) == b
    assert Device().owner(NOON) is None


def test_a_login_reaches_no_farther_than_the_gap() -> None:
    hour = timedelta(hours=1)
    used = device(hour, (NOON, "a"), (NOON + 9 * hour, "b"))
    a, b = Person("user_id", "a"), Person("user_id", "b")
    assert used.owner(NOON - hour - MICROSECOND) is None
    assert used.owner(NOON - hour) == a
    assert used.owner(NOON + hour) == a
    assert used.owner(NOON + hour + MICROSECOND) is None
    assert used.owner(NOON + 8 * hour) == b


def test_of_logins_at_one_time_the_first_by_event_id_takes_what_came_before() -> None:
    used = device(None, (NOON, "z"), (NOON, "a"))
    assert used.owner(NOON - MICROSECOND) == Person("user_id", "z")
    assert used.owner(NOON + MICROSECOND) == Person("user_id", "a")


def test_the_first_matching_rule_gives_the_channel(spine: Spine) -> None:
    rules = spine.rules.channels
    seen = {
        ("google", "cpc", None): "paid_search",
        ("facebook", "cpc", None): "paid_social",
        (None, None, "https://www.google.com/"): "organic_search",
        (None, None, "https://blog.example.org/"): "referring_site",
        (None, None, None): "direct",
        ("somewhere", None, None): "other",
    }
    for marks, channel in seen.items():
        assert channel_of(rules, marks)["channel"] == channel


def test_the_oracles_read_the_whole_input_contract() -> None:
    assert {table.name for table in read_contract()} >= {"events", "orders", "refunds"}
    assert {table.keep for table in read_contract()} == {"first", "last", "every"}
