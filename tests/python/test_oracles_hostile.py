"""Every mart of the spine against the oracles, on input and rules made to break it."""

from collections import Counter
from collections.abc import Callable

import pytest
from oracles.hostile import build_hostile
from oracles.lateness import TIMES, read_delays
from oracles.marts import CORE, FEATURES, METRICS, STAGING, TAGS, TIERS, Mart
from oracles.spine import REFUSED, Spine, spine_of
from warehouses import Warehouse

pytestmark = pytest.mark.xdist_group("hostile")

MARTS = [*STAGING.values(), *CORE, *FEATURES, *TIERS, *TAGS, *METRICS]


@pytest.fixture(scope="module")
def spine(
    tmp_path_factory: pytest.TempPathFactory, new_warehouse: Callable[[str], Warehouse]
) -> Spine:
    """The spine of hostile raw tables and rules."""
    warehouse = new_warehouse("hostile")
    build_hostile(warehouse, tmp_path_factory.mktemp("raw_hostile"))
    return spine_of(warehouse)


def test_the_input_is_hostile(spine: Spine) -> None:
    """Else the test below would agree on nothing."""
    reasons = {
        fault.reason_code
        for delivered in spine.delivered.values()
        for _, faults in delivered.faulty
        for fault in faults
    }
    moves = {move.kind for each in spine.memberships for move in each.moves}
    assert reasons >= {"no_exchange_rate", "unknown_value", "out_of_range"}
    falls = {"soft_landed", "demoted", "left"}
    assert moves == {"entered", "promoted", "renewed", "moved", *falls}
    assert any(session.is_cut for session in spine.sessions)
    delays = read_delays({source: spine.kept(source) for source in TIMES})
    assert {seconds for *_, seconds in delays} >= {-86400, 0, 3600, 259200}
    assert {edge.cut_reason for edge in spine.identity.edges} == {
        None,
        "capped",
        "denied",
        "excluded",
        "shared",
    }
    assert {edge.source for edge in spine.identity.edges} >= {"manual", "link"}
    assert max(len(life.accounts) for life in spine.lives.values()) > 3
    assert any(map(spine.identity.is_nobodys, spine.identity.events))
    assert any(
        this != person and device.is_shared
        for this, device in spine.identity.devices.items()
        if (person := spine.identity.person_of[this])
    )
    assert spine.clock.as_of_date not in spine.clock.review_dates
    day = spine.clock.as_of_date
    assert any(
        order.net(day) < 0 and not order.is_purchase(day) for order in spine.orders
    ), "free goods are paid back"


@pytest.mark.parametrize("table", STAGING)
def test_each_row_that_is_not_kept_has_its_reason(spine: Spine, table: str) -> None:
    refused = spine.warehouse.rows(REFUSED, table)
    assert Counter(refused) == spine.refusals(table)


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.table.split(".")[1])
def test_a_mart_holds_what_the_oracles_say(spine: Spine, mart: Mart) -> None:
    said = mart.differences(spine)
    assert not said, said


def test_money_agrees_at_every_layer(spine: Spine) -> None:
    test = "assert_money_agrees_from_orders_to_metrics"
    outcome = spine.warehouse.dbt("test", "--select", test)
    assert outcome.success, outcome.failed
