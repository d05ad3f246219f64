"""Returns matched with purchases, on many invented books of a shop."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from strata.load.online_retail import match_returns

Line = tuple[str, str, datetime, str, int, Decimal]
OPENING = datetime(2011, 1, 1)
BOOKS = 300


def lines(random: Random, prefix: str) -> list[Line]:
    """Up to twelve lines of two customers and two things, in order of time."""
    days = sorted(random.randrange(31) for _ in range(random.randrange(13)))
    found = []
    for day in days:
        user, thing = random.choice(["ann", "ben"]), random.choice(["mug", "bag"])
        price = Decimal(random.randrange(1, 2000)) / 100
        at = OPENING + timedelta(days=day)
        found.append(
            (user, thing, at, f"{prefix}{user}{day}", random.randrange(1, 10), price)
        )
    return found


def amounts(found: list[Line]) -> dict[str, Decimal]:
    """The amount of each invoice."""
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for _, _, _, invoice, quantity, price in found:
        totals[invoice] += quantity * price
    return dict(totals)


def books() -> Iterator[tuple[list[Line], list[Line]]]:
    """Returns and purchases of one shop after another."""
    for seed in range(BOOKS):
        random = Random(seed)
        yield lines(random, "C"), lines(random, "A")


def test_every_returned_amount_is_paid_back_once() -> None:
    for returns, purchases in books():
        paid: defaultdict[str, Decimal] = defaultdict(Decimal)
        for invoice, _, _, amount in match_returns(
            returns, purchases, amounts(purchases)
        ):
            paid[invoice] += amount
        assert paid == amounts(returns)


def test_no_order_is_paid_back_before_it_was_placed_or_beyond_its_amount() -> None:
    matched = 0
    for returns, purchases in books():
        ordered = amounts(purchases)
        placed = {line[3]: line[2] for line in purchases}
        paid: defaultdict[str, Decimal] = defaultdict(Decimal)
        for invoice, order, at, amount in match_returns(returns, purchases, ordered):
            assert amount > 0
            if order != invoice:
                assert placed[order] <= at
                assert order[1:4] == invoice[1:4], "it goes back to its customer"
                paid[order] += amount
        assert all(amount <= ordered[order] for order, amount in paid.items())
        matched += len(paid)
    assert matched > BOOKS, "most books have a return that fits an order"
