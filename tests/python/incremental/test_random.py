"""Random worlds: incremental builds of their deliveries equal one full build."""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from warehouses import Warehouse

from incremental.deliveries import after_each, arranged, deliver, load
from incremental.equality import Telling, differences
from incremental.worlds import DELIVERIES, Universe, told, universes

pytestmark = [pytest.mark.xdist_group("random"), pytest.mark.proof]

EXAMPLES = int(os.environ.get("STRATA_PROOF_EXAMPLES", "1"))


# The same worlds in every run. No shrinking: an example is a minute of builds, and
# the message names the worlds at fault.
DRAWN_ALIKE = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@settings(parent=DRAWN_ALIKE, max_examples=EXAMPLES)
@given(universe=universes())
def test_random_worlds_are_equal_however_they_are_built(
    new_warehouse: Callable[[str], Warehouse], universe: Universe
) -> None:
    """One example is many worlds side by side, built together, delivery by delivery."""
    assume(universe.is_lively)
    batches = arranged(universe.worlds)[:DELIVERIES]
    growing, full = new_warehouse("growing"), new_warehouse("full")
    for number, batch in enumerate(batches):
        deliver(growing, batch, seed=number)
        growing.build(variables=universe.settings)
    load(full, after_each(batches)[-1], seed=7)
    full.build(variables=universe.settings)
    found = differences(growing, full)
    if found:
        telling = Telling(growing, full)
        names = {name for each in found for name in telling.scenarios(each)}
        worlds = [told(world) for world in universe.worlds if world.name in names]
        pytest.fail(
            "\n\n".join([telling.tell(found, "incremental", "full"), *worlds[:3]])
        )


def test_random_worlds_are_full_of_what_matters() -> None:
    """Two examples hold every kind of change in their later deliveries."""
    drawn: list[Universe] = []

    @settings(parent=DRAWN_ALIKE, max_examples=2)
    @given(universe=universes())
    def draw(universe: Universe) -> None:
        assume(universe.is_lively)
        drawn.append(universe)

    draw()
    seen = {
        (type(change).__name__, change.table)
        for universe in drawn
        for world in universe.worlds
        for delivery in world.deliveries[1:]
        for change in delivery
    }
    tables = (
        "events",
        "users",
        "orders",
        "order_items",
        "refunds",
        "identity_links",
        "erasure_requests",
    )
    wanted = {("Arrival", table) for table in tables}
    wanted |= {("Removal", table) for table in tables}
    wanted |= {("Correction", "events"), ("Correction", "orders")}
    assert wanted - seen == set()
