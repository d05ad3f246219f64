"""What is missing for a tier, proved by doing it: all promotes, less does not."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from warehouses import WITHOUT_TESTS, Warehouse

pytestmark = pytest.mark.xdist_group("simulated")

CENT = Decimal("0.01")
SAMPLE = 25
SHORT = re.compile(r"(net_amount_365d|order_count_365d) needs ([0-9.]+) more")
CURRENT = (
    "select users.user_id, current.tier_code, current.next_tier_code, current.missing"
    " from strata_tiers.tier_user_current as current"
    " inner join strata_core.core_users as users using (user_key)"
    " where current.program_code = 'membership' order by 1"
)


def orders_for(user: str, money: Decimal, count: int) -> list[str]:
    """Orders of the last day that are worth so much together."""
    return [
        f"('{user}-{n}', '{user}', timestamp '2026-06-30 12:00', 'paid',"
        f" {money if n == 0 else 0}, 0, 'USD', timestamp '2026-06-30 13:00')"
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def sample(simulated: Warehouse) -> dict[str, tuple[str, Decimal, int]]:
    """People who lack money or orders: the next tier, and how much of each."""
    found: dict[str, list[tuple[str, tuple[str, Decimal, int]]]] = {}
    for user, tier, following, missing in simulated.rows(CURRENT):
        if user is None or tier == "none" or not missing or missing == "nothing":
            continue
        short = dict(SHORT.findall(missing))
        assert len(short) == missing.count("; ") + 1, missing
        lacks = (
            following,
            Decimal(short.get("net_amount_365d", "0")),
            int(short.get("order_count_365d", "0")),
        )
        found.setdefault(following, []).append((user, lacks))
    assert set(found) == {"silver", "gold", "platinum"}
    return dict(each for people in found.values() for each in people[: 2 * SAMPLE])


def test_what_is_missing_promotes_and_a_hair_less_does_not(
    simulated: Warehouse,
    new_warehouse: Callable[[str], Warehouse],
    sample: dict[str, tuple[str, Decimal, int]],
) -> None:
    users = list(sample)
    exact, less = users[::2], users[1::2]
    assert min(len(exact), len(less)) > SAMPLE
    rows = []
    for user in exact:
        _, money, count = sample[user]
        rows += orders_for(user, money, max(count, 1))
    for user in less:
        _, money, count = sample[user]
        if money:
            rows += orders_for(user, money - CENT, max(count, 1))
        else:
            rows += orders_for(user, Decimal(0), count - 1)
    warehouse = simulated.copy(new_warehouse("counterfactual"))
    warehouse.execute(
        "insert into raw.orders (order_id, user_id, ordered_at, status, gross_amount,"
        f" discount_amount, currency, loaded_at) values {', '.join(rows)}"
    )
    warehouse.build("--select", "+tier_user_current", *WITHOUT_TESTS)
    before = {user: tier for user, tier, *_ in simulated.rows(CURRENT)}
    after = {user: tier for user, tier, *_ in warehouse.rows(CURRENT)}
    promoted = {user: after[user] for user in exact}
    assert promoted == {user: sample[user][0] for user in exact}
    assert {u: after[u] for u in less} == {u: before[u] for u in less}
