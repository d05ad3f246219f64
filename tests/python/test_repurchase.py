"""What brings buyers back, who is activated and who brings others, by the oracles."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property

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
    read_tree,
)
from oracles.repurchase import read_products_that_bring_back, read_value_cohorts
from oracles.spine import Record, Spine, spine_of
from warehouses import Warehouse

pytestmark = pytest.mark.xdist_group("simulated")


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
            {person: life.account_since_at for person, life in self.lives.items()},
            self.spine.clock.as_of_date,
        )

    def member_days(self) -> Iterator[tuple[Person, date]]:
        """The active days of persons with an account."""
        return (place for place in self.spine.days if place[0].is_account)

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
        spine.clock.as_of_date,
    )
    key = ("definition_code", "behaviour_code")
    said = differences(spine, "metric_activation", key, [*rows])
    assert not said, said


def test_every_invitation_has_one_outcome(spine: Spine, growth: Growth) -> None:
    rows = [
        {
            "referral_id": each.referral_id,
            "inviter_key": each.inviter.key,
            "invitee_key": each.invitee.key if each.invitee else None,
            "invited_at": each.invited_at,
            "invited_date": each.day,
            "accepted_at": each.accepted_at,
            "status": each.status,
        }
        for each in growth.invitations
    ]
    said = differences(spine, "metric_referrals", ("referral_id",), rows)
    assert not said, said
    assert Counter(row["status"] for row in rows)["joined"] > 10


def test_invitations_bring_people_month_by_month(spine: Spine, growth: Growth) -> None:
    rows = read_referral(
        growth.invitations,
        growth.member_days(),
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
        read_tree(growth.invitations),
        spine.rules.referral_windows,
        spine.clock.as_of_date,
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
