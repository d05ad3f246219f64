"""What others do moves bounds and scores, and with them people without any news."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from warehouses import WITHOUT_TESTS, Warehouse

from incremental.equality import assert_equal
from strata.simulate import simulate

pytestmark = [pytest.mark.xdist_group("bounds"), pytest.mark.proof]
CORE = (
    "select user_key from strata_tiers.tier_user_reviews"
    " where program_code = 'core_181' and tier_rank = 1"
)


def test_orders_of_new_buyers_move_the_best_tenth_of_old_reviews(
    tmp_path: Path, new_warehouse: Callable[[str], Warehouse]
) -> None:
    """Large old orders of people who never bought arrive, and others leave the core."""
    simulate(tmp_path, users=120, days=90, seed=5, end_date=date(2026, 6, 30))
    grown = new_warehouse("grown")
    grown.load_folder(tmp_path)
    grown.build(*WITHOUT_TESTS)
    before = set(grown.rows(CORE))
    grown.execute(
        "insert into raw.orders by name select 'late-' || user_id as order_id, user_id,"
        " timestamp '2026-04-20 12:00' as ordered_at, 'paid' as status,"
        " 900 as gross_amount, 0 as discount_amount, currency, platform,"
        " timestamp '2026-06-30 20:00' as loaded_at"
        " from (select user_id, any_value(currency) as currency,"
        " any_value(platform) as platform from (select users.user_id,"
        " orders.currency, orders.platform from raw.users cross join"
        " (from raw.orders limit 1) as orders where users.user_id not in"
        " (select user_id from raw.orders where user_id is not null)) group by user_id)"
        " order by user_id limit 20"
    )
    full = grown.copy(new_warehouse("full"))
    grown.build(*WITHOUT_TESTS)
    full.build("--full-refresh", *WITHOUT_TESTS)
    newcomers = set(
        grown.rows(
            "select user_key from strata_core.core_orders where order_id like 'late-%'"
        )
    )
    gone = before - set(grown.rows(CORE))
    assert gone - newcomers
    assert_equal(grown, full, "grown", "full")
