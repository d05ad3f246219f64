"""What brings buyers back, who is activated and who brings others, by the oracles."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random

import pytest
from oracles.activation import read_activation
from oracles.identity import Person
from oracles.marts import Mart
from oracles.orders import ZERO
from oracles.people import Life
from oracles.referral import (
    Invitation,
    read_invitations,
    read_inviters,
    read_referral,
    read_referral_value,
)
from oracles.repurchase import (
    read_baskets,
    read_products_that_bring_back,
    read_purchases,
    read_value_cohorts,
)
from oracles.spine import Record, Spine, spine_of
from warehouses import WITHOUT_TESTS, Warehouse

pytestmark = pytest.mark.xdist_group("simulated")

STATUSES = (
    "open",
    "joined",
    "self",
    "known_before",
    "repeated",
    "circular",
    "unknown",
)


class Growth:
    """What the oracles share, worked out once."""

    def __init__(self, spine: Spine) -> None:
        """Keep the spine."""
        self.spine = spine

    @cached_property
    def lives(self) -> Mapping[Person, Life]:
        """Everyone with an account or a visit."""
        return {
            person: life
            for person, life in self.spine.lives.items()
            if life.accounts or life.events
        }

    @cached_property
    def invitations(self) -> list[Invitation]:
        """The invitations of persons."""
        return read_invitations(
            self.spine.kept("referrals"),
            self.spine.identity.of_account,
            self.spine.identity.is_known,
            {person: life.account_since_at for person, life in self.lives.items()},
            self.spine.clock.as_of_date,
        )

    def member_days(self) -> Iterator[tuple[Person, date]]:
        """The active days of persons with an account."""
        return (place for place in self.spine.days if place[0].is_account)

    @cached_property
    def member_since(self) -> Mapping[Person, date]:
        """Since when persons have an account; without any time always."""
        return {
            person: life.account_since_at.date()
            for person, life in self.lives.items()
            if life.account_since_at
        }

    @cached_property
    def net_of(self) -> Mapping[Person, Decimal]:
        """The net value of everyone's orders."""
        found: defaultdict[Person, Decimal] = defaultdict(lambda: ZERO)
        for order in self.spine.orders:
            found[order.person] += order.net(self.spine.clock.as_of_date)
        return found


@pytest.fixture(scope="module")
def spine(simulated: Warehouse) -> Spine:
    """The spine of the simulated warehouse by the oracles."""
    return spine_of(simulated)


@pytest.fixture(scope="module")
def growth(spine: Spine) -> Growth:
    """What the oracles share."""
    return Growth(spine)


def differences(
    spine: Spine, table: str, key: tuple[str, ...], rows: list[Record]
) -> str:
    """What a table of the metrics says otherwise than the oracle; rows are due."""
    assert rows
    return Mart(f"strata_metrics.{table}", key, lambda _: rows).differences(spine)


def test_what_brings_buyers_back_is_counted_over_their_first_purchases(
    spine: Spine,
) -> None:
    rows = read_products_that_bring_back(
        spine.purchases, spine.rules.repurchase_definitions, spine.clock.as_of_date
    )
    key = ("definition_code", "scope", "item_code")
    said = differences(spine, "metric_repurchase_products", key, [*rows])
    assert not said, said


def test_the_value_of_a_cohort_is_that_of_its_months(spine: Spine) -> None:
    rows = [*read_value_cohorts(spine.purchases, spine.clock)]
    key = ("cohort_date", "period_number")
    said = differences(spine, "metric_order_value_cohorts", key, rows)
    assert not said, said


def test_those_who_did_something_early_are_held_against_the_others(
    spine: Spine, growth: Growth
) -> None:
    rows = read_activation(
        growth.lives,
        spine.days,
        spine.events,
        spine.rules.activation_definitions,
        spine.rules.activation_behaviours,
        spine.clock,
    )
    key = ("definition_code", "behaviour_code")
    said = differences(spine, "metric_activation", key, [*rows])
    assert not said, said


def outcomes(growth: Growth) -> list[Record]:
    """What became of each invitation."""
    return [
        {
            "referral_id": each.referral_id,
            "inviter_key": each.inviter.key if each.inviter else None,
            "invitee_key": each.invitee.key if each.invitee else None,
            "invited_at": each.invited_at,
            "invited_date": each.day,
            "accepted_at": each.accepted_at,
            "status": each.status,
        }
        for each in growth.invitations
    ]


def test_every_invitation_has_one_outcome(spine: Spine, growth: Growth) -> None:
    rows = outcomes(growth)
    said = differences(spine, "metric_referrals", ("referral_id",), rows)
    assert not said, said


def test_invitations_bring_people_month_by_month(spine: Spine, growth: Growth) -> None:
    rows = read_referral(
        growth.invitations,
        growth.member_days(),
        growth.member_since,
        spine.rules.referral_windows,
        spine.clock.as_of_date,
    )
    said = differences(spine, "metric_referral", ("period_grain", "period"), [*rows])
    assert not said, said


def test_the_invited_are_worth_what_their_first_days_say(
    spine: Spine, growth: Growth
) -> None:
    rows = read_referral_value(
        growth.lives,
        spine.days,
        growth.invitations,
        spine.rules.referral_windows,
        spine.clock,
    )
    key = ("period_grain", "period", "horizon_days", "origin")
    said = differences(spine, "metric_referral_value", key, [*rows])
    assert not said, said


def test_who_invites_has_all_who_came_through_them(
    spine: Spine, growth: Growth
) -> None:
    rows = read_inviters(growth.invitations, growth.net_of)
    said = differences(spine, "metric_referral_users", ("person",), rows)
    assert not said, said
    assert max(row["depth_below"] for row in rows) > 1


# A crowded shop: few products, so that bases are large enough, and invitations of all
# kinds that bad data hold.


@pytest.fixture(scope="module")
def crowded(simulated: Warehouse, new_warehouse: Callable[[str], Warehouse]) -> Growth:
    """The simulated shop with four products and with invitations at random."""
    warehouse = simulated.copy(new_warehouse("crowded"))
    accounts = [
        user_id
        for (user_id,) in warehouse.rows(
            "select distinct user_id from raw.users where user_id is not null"
            " order by user_id limit 90"
        )
    ]
    random = Random(8)
    rows = []
    for number in range(400):
        # The first ones are invited before anybody has an account, and by each other.
        circle = accounts[:30] if number < 200 else accounts
        since = datetime(2025, 5, 1) if number < 200 else datetime(2025, 9, 1)
        invited = since + timedelta(days=random.randrange(20), hours=12)
        accepted = invited + timedelta(days=random.randrange(-2, 45))
        inviter = random.choice([*circle, "stranger"])
        invitee = random.choice([*circle, inviter, "stranger", None])
        is_accepted = invitee is not None and random.random() < 0.8
        rows.append(
            (f"r{number}", inviter, invitee, invited, accepted if is_accepted else None)
        )
    warehouse.execute(
        "update raw.order_items set product_id = 'p' || (hash(order_id) % 4)",
        "delete from raw.referrals",
        *(f"insert into raw.referrals by name {_values(row)}" for row in rows),
    )
    # Tiers do not change by it, and what leads to them is most of a build.
    tables = "+metric_referral +metric_referral_value +metric_referral_users"
    items = "+core_order_lines metric_purchase_items metric_repurchase_products"
    warehouse.build("--select", *tables.split(), *items.split(), *WITHOUT_TESTS)
    return Growth(Spine(warehouse))


def _values(row: tuple[object, ...]) -> str:
    """A query of one row of referrals."""
    columns = (
        "referral_id",
        "inviter_user_id",
        "invitee_user_id",
        "invited_at",
        "accepted_at",
    )
    told = (
        f"cast({'null' if value is None else repr(str(value))} as"
        f" {'timestamp' if column.endswith('_at') else 'varchar'}) as {column}"
        for column, value in zip(columns, row, strict=True)
    )
    return f"select {', '.join(told)}"


def test_invitations_of_all_kinds_have_one_outcome_each(crowded: Growth) -> None:
    rows = outcomes(crowded)
    said = differences(crowded.spine, "metric_referrals", ("referral_id",), rows)
    assert not said, said
    found = Counter(row["status"] for row in rows)
    assert min(found[status] for status in STATUSES) > 0, found


def test_a_tangle_of_invitations_is_a_forest(crowded: Growth) -> None:
    test_who_invites_has_all_who_came_through_them(crowded.spine, crowded)
    test_invitations_bring_people_month_by_month(crowded.spine, crowded)
    test_the_invited_are_worth_what_their_first_days_say(crowded.spine, crowded)


def test_products_with_enough_buyers_are_ranked_by_what_is_sure(
    crowded: Growth,
) -> None:
    spine = crowded.spine
    baskets = read_baskets(spine.kept("order_items"), spine.kept("products"))
    day = spine.clock.as_of_date
    purchases = read_purchases(spine.orders, baskets, lambda *_: "", day)
    rules = spine.rules.repurchase_definitions
    rows = [*read_products_that_bring_back(purchases, rules, day)]
    key = ("definition_code", "scope", "item_code")
    said = differences(spine, "metric_repurchase_products", key, rows)
    assert not said, said
    assert {row["is_enough"] for row in rows} == {True, False}
