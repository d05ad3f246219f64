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
PLATINUM_MONEY, PLATINUM_ORDERS = 1000, 6
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
def pair(simulated: Warehouse) -> tuple[str, str]:
    """A gold and a silver account that have platinum together, and neither alone."""
    return simulated.rows(
        "with members as (select users.user_id, tier_code, net_amount_365d as money,"
        " order_count_365d as orders from strata_tiers.tier_user_current"
        " inner join strata_core.core_users as users using (user_key)"
        " inner join strata_features.feat_user_snapshots as snapshots"
        " using (user_key) where program_code = 'membership'"
        " and snapshots.is_current and users.account_count = 1)"
        " select gold.user_id, silver.user_id from members as gold, members as silver"
        " where gold.tier_code = 'gold' and silver.tier_code = 'silver'"
        f" and gold.money + silver.money >= {PLATINUM_MONEY}"
        f" and gold.orders + silver.orders >= {PLATINUM_ORDERS}"
        " order by 1 desc, 2 desc limit 1"
    )[0]


@pytest.fixture(scope="module")
def sample(
    simulated: Warehouse, pair: tuple[str, str]
) -> dict[str, tuple[str, Decimal, int]]:
    """People who lack money or orders: the next tier, and how much of each."""
    found: dict[str, list[tuple[str, tuple[str, Decimal, int]]]] = {}
    for user, tier, following, missing in simulated.rows(CURRENT):
        if user is None or user in pair or tier == "none":
            continue
        if not missing or missing == "nothing":
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


def halves(sample: dict[str, tuple[str, Decimal, int]]) -> tuple[list[str], list[str]]:
    """Who does all that is missing, and who does a hair less."""
    users = list(sample)
    return users[::2], users[1::2]


@pytest.fixture(scope="module")
def done(
    simulated: Warehouse,
    new_warehouse: Callable[[str], Warehouse],
    sample: dict[str, tuple[str, Decimal, int]],
    pair: tuple[str, str],
) -> Warehouse:
    """The shop after they did it, and after a link made the pair one person."""
    exact, less = halves(sample)
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
        f" discount_amount, currency, loaded_at) values {', '.join(rows)}",
        "insert into raw.identity_links (id_type_1, id_1, id_type_2, id_2,"
        f" observed_at, loaded_at) values ('user_id', '{pair[0]}', 'user_id',"
        f" '{pair[1]}', timestamp '2026-06-30 12:00', timestamp '2026-06-30 13:00')",
    )
    warehouse.build("--select", "+tier_user_current", *WITHOUT_TESTS)
    return warehouse


def test_what_is_missing_promotes_and_a_hair_less_does_not(
    simulated: Warehouse,
    done: Warehouse,
    sample: dict[str, tuple[str, Decimal, int]],
) -> None:
    exact, less = halves(sample)
    assert min(len(exact), len(less)) > SAMPLE
    before = {user: tier for user, tier, *_ in simulated.rows(CURRENT)}
    after = {user: tier for user, tier, *_ in done.rows(CURRENT)}
    promoted = {user: after[user] for user in exact}
    assert promoted == {user: sample[user][0] for user in exact}
    assert {u: after[u] for u in less} == {u: before[u] for u in less}


def test_a_gold_and_a_silver_who_are_one_are_judged_by_what_both_did(
    simulated: Warehouse, done: Warehouse, pair: tuple[str, str]
) -> None:
    """One person since ever, with one tier, and no history of the key that went."""
    keys = "select user_key from strata_core.core_users where user_id in (?, ?)"
    before = [key for (key,) in simulated.rows(keys, *pair)]
    ((key,),) = done.rows(keys, *pair)
    assert len(before) == 2
    assert key in before
    tiers = done.rows(
        "select user_key, tier_code from strata_tiers.tier_user_current"
        " where program_code = 'membership' and user_key in (?, ?)",
        *before,
    )
    assert tiers == [(key, "platinum")]
    histories = "select user_key, {} from strata_tiers.tier_user_history where"
    histories += " program_code = 'membership' and user_key in (?, ?) group by 1"
    begun = simulated.rows(histories.format("min(valid_from)"), *before)
    assert done.rows(histories.format("min(valid_from)"), *before) == [
        (key, min(first for _, first in begun))
    ]
