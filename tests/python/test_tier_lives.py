"""Random lives: the steps of the SQL are those of a state machine, for every policy."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from oracles.tiers import OUTSIDE, Standing, Verdict
from warehouses import EVERYTHING, Warehouse

pytestmark = pytest.mark.xdist_group("simulated")

LIVES = 400
RANKS = 4
BEGIN = date(2024, 1, 1)
REVIEWS = ("tier_review_steps", "tier_user_reviews")
DRAWN_ALIKE = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=LIVES,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Life:
    """A program and what each review says.

    The best rank to enter and to stay in, and whether the person is out.
    """

    policy: str
    kind: str
    validity: int
    reviews: tuple[tuple[int, int, bool], ...]
    cut: int

    def standings(self) -> Iterator[tuple[int | None, int, str | None]]:
        """The rank, the failed reviews and the move after each review."""
        standing = Standing(self.validity, self.policy, self.kind == "segment")
        for number, (enter, stay, is_out) in enumerate(self.reviews):
            verdicts = {
                rank: Verdict(rank >= enter, rank < min(enter, stay))
                for rank in range(1, RANKS + 1)
            }
            day = BEGIN + timedelta(days=number)
            move = standing.review(day, verdicts, is_out=is_out)
            rank = None if standing.rank == OUTSIDE else standing.rank
            yield rank, standing.failed_reviews, move.kind if move else None


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """A life of up to 24 reviews, and the review with which a later build begins."""
    kind = draw(st.sampled_from(["tier", "tier", "tier", "segment"]))
    outside = RANKS + 1
    reviews = []
    for _ in range(draw(st.integers(1, 24))):
        stay = draw(st.integers(1, outside))
        enter = stay if kind == "segment" else draw(st.integers(stay, outside))
        is_out = draw(st.integers(0, 9)) == 9
        reviews.append((outside, outside, True) if is_out else (enter, stay, False))
    policy = draw(st.sampled_from(["drop", "one_down", "hold"]))
    is_segment = kind == "segment"
    return Life(
        policy="drop" if is_segment else policy,
        kind=kind,
        validity=1 if is_segment else draw(st.integers(1, 4)),
        reviews=tuple(reviews),
        cut=draw(st.integers(0, len(reviews))),
    )


@pytest.fixture(scope="module")
def drawn() -> list[Life]:
    """Many lives, the same in every run."""
    found: list[Life] = []

    @DRAWN_ALIKE
    @given(life=lives())
    def draw(life: Life) -> None:
        found.append(life)

    draw()
    return found


def values(rows: list[tuple[Any, ...]]) -> str:
    """Rows as SQL."""

    def literal(value: Any) -> str:
        if value is None:
            return "null"
        return str(value) if isinstance(value, int) else f"'{value}'"

    return ", ".join(f"({', '.join(map(literal, row))})" for row in rows)


def planted(drawn: list[Life], begins: Callable[[Life], int]) -> list[str]:
    """The statements that put lives in the place of what the reviews read."""
    programs, reviews, touched = [], [], []
    for number, life in enumerate(drawn):
        user, program = f"u{number}", f"p{number}"
        programs.append((program, life.kind, life.policy, life.validity))
        first = begins(life)
        touched.append((user, program, BEGIN + timedelta(days=first)))
        for n, (*ranks, is_out) in enumerate(life.reviews):
            known = [None if rank > RANKS else rank for rank in ranks]
            day = BEGIN + timedelta(days=n)
            reviews.append((user, program, day, *known, is_out))
    return [
        "create or replace table strata_tiers.tier_programs as select program_code,"
        " kind, policy as downgrade_policy, validity::bigint as validity_reviews,"
        f" {RANKS + 1}::bigint as outside_rank, false as is_trial from (values"
        f" {values(programs)}) as t (program_code, kind, policy, validity)",
        "create or replace table strata_tiers.tier_reviews as select user_key,"
        " program_code, day::date as review_date, enter_rank::bigint as enter_rank,"
        " stay_rank::bigint as stay_rank, is_out,"
        " 'v' as policy_version from (values"
        f" {values(reviews)})"
        " as t (user_key, program_code, day, enter_rank, stay_rank, is_out)",
        "create or replace table strata_tiers.tier_touched_reviews as select user_key,"
        " program_code, day::date as from_date from (values"
        f" {values(touched)}) as t (user_key, program_code, day)",
    ]


def told(warehouse: Warehouse) -> dict[tuple[str, date], tuple[Any, ...]]:
    """What the warehouse says of each review."""
    return {
        (user, day): (rank, failed, move)
        for user, day, rank, failed, move in warehouse.rows(
            "select user_key, review_date, tier_rank, failed_reviews, move"
            " from strata_tiers.tier_user_reviews"
        )
    }


def test_the_steps_are_those_of_the_state_machine(
    simulated: Warehouse, new_warehouse: Callable[[str], Warehouse], drawn: list[Life]
) -> None:
    expected = {
        (f"u{number}", BEGIN + timedelta(days=n)): standing
        for number, life in enumerate(drawn)
        for n, standing in enumerate(life.standings())
    }
    assert len(drawn) > LIVES / 2
    assert {move for _, _, move in expected.values()} == {
        None,
        *("entered", "promoted", "renewed", "soft_landed", "demoted", "moved", "left"),
    }
    warehouse = simulated.copy(new_warehouse("lives"))
    warehouse.execute(
        "drop view strata_tiers.tier_programs",
        "drop view strata_tiers.tier_reviews",
        *planted(drawn, lambda _: 0),
    )
    run = warehouse.dbt("run", "--select", *REVIEWS, *EVERYTHING)
    assert run.success, run.failed
    assert told(warehouse) == expected
    warehouse.execute(
        *planted(drawn, lambda life: life.cut),
        "update strata_tiers.tier_user_reviews as reviews set tier_rank = 1,"
        " failed_reviews = 7, stay_rank = 1, move = 'planted'"
        " from strata_tiers.tier_touched_reviews as touched"
        " where reviews.user_key = touched.user_key and review_date >= from_date",
    )
    run = warehouse.dbt("run", "--select", "tier_earlier_reviews", *REVIEWS)
    assert run.success, run.failed
    assert told(warehouse) == expected
