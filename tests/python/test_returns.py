"""Returns matched with purchases, on any lines that a shop could write."""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from strata.load.online_retail import match_returns

Line = tuple[str, str, datetime, str, int, Decimal]
OPENING = datetime(2011, 1, 1)


@st.composite
def lines(draw: st.DrawFn, prefix: str) -> list[Line]:
    """Lines of two customers and two things over a month, in order of time."""
    found = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["ann", "ben"]),
                st.sampled_from(["mug", "bag"]),
                st.integers(0, 30),
                st.integers(1, 9),
                st.decimals("0.01", "20.00", places=2),
            ),
            max_size=12,
        )
    )
    found.sort(key=lambda line: line[2])
    return [
        (user, thing, OPENING + timedelta(days=day), f"{prefix}{user}{day}", n, price)
        for user, thing, day, n, price in found
    ]


def amounts(found: list[Line]) -> dict[str, Decimal]:
    """The amount of each invoice."""
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for _, _, _, invoice, quantity, price in found:
        totals[invoice] += quantity * price
    return dict(totals)


@given(returns=lines("C"), purchases=lines("A"))
def test_every_returned_amount_is_paid_back_once(
    returns: list[Line], purchases: list[Line]
) -> None:
    refunds = match_returns(returns, purchases, amounts(purchases))
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    for invoice, _, _, amount in refunds:
        paid[invoice] += amount
    assert paid == amounts(returns)


@given(returns=lines("C"), purchases=lines("A"))
def test_no_order_is_paid_back_before_it_was_placed_or_beyond_its_amount(
    returns: list[Line], purchases: list[Line]
) -> None:
    ordered = amounts(purchases)
    placed = {line[3]: line[2] for line in purchases}
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    for invoice, order, at, amount in match_returns(returns, purchases, ordered):
        assert amount > 0
        if order != invoice:
            assert placed[order] <= at
            assert order[1:4] == invoice[1:4], "a return goes back to its customer"
            paid[order] += amount
    assert all(amount <= ordered[order] for order, amount in paid.items())
