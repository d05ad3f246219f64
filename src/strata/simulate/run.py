"""One run: draw the world, write the visits piece by piece, then all the rest."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from strata.simulate.campaigns import (
    assignment_table,
    campaign_table,
    effect_table,
    message_table,
)
from strata.simulate.catalogue import (
    SOURCES,
    ad_spend_table,
    content_table,
    product_table,
)
from strata.simulate.columns import TableWriter, write_table
from strata.simulate.consents import consent_table
from strata.simulate.delivery import Faults, event_columns
from strata.simulate.events import (
    Events,
    Purchases,
    first_links,
    make_events,
    settle,
    unnamed_on_shared,
)
from strata.simulate.members import (
    erasure_table,
    feedback_table,
    link_table,
    make_emails,
    referral_table,
    user_table,
)
from strata.simulate.orders import (
    item_table,
    make_orders,
    make_refunds,
    order_columns,
    points_table,
    refund_table,
)
from strata.simulate.settings import Settings
from strata.simulate.truth import (
    account_table,
    bad_row_table,
    channel_table,
    device_table,
    person_table,
    shared_device_table,
)
from strata.simulate.visits import Visits, make_visits, paid_visits
from strata.simulate.world import World, make_world

DEFAULT_END_DATE = date(2026, 6, 30)


class Collected:
    """What the chunks leave behind for the tables made from all of them."""

    def __init__(self, world: World) -> None:
        """Begin with nothing."""
        self.events = 0
        self.orders = 0
        self.faults: list[Faults] = []
        self.paid_visits = np.zeros((len(SOURCES), world.settings.days), dtype=int)
        self._purchases: list[dict[str, np.ndarray]] = []
        self._links: list[tuple[np.ndarray, ...]] = []
        self._guests: list[tuple[np.ndarray, ...]] = []

    def add(
        self, world: World, visits: Visits, events: Events, orders: Purchases
    ) -> None:
        """Keep what one chunk leaves."""
        self._links.append(first_links(visits, events))
        unnamed = unnamed_on_shared(world, visits, events)
        person = visits.person[events.visit[unnamed]]
        self._guests.append((self.events + unnamed, person))
        self._purchases.append(
            {
                "person": visits.person[orders.visit],
                "account": visits.account[orders.visit],
                "platform": visits.platform[orders.visit],
                "at": orders.at,
                "line_order": self.orders + orders.line_order,
                "line_product": orders.line_product,
            }
        )
        self.paid_visits += paid_visits(world, visits)
        self.events += len(events.at)
        self.orders += len(orders.at)

    def purchases(self) -> dict[str, np.ndarray]:
        """Return the purchases of all chunks."""
        return {
            name: np.concatenate([part[name] for part in self._purchases])
            for name in self._purchases[0]
        }

    def unnamed(self) -> tuple[np.ndarray, ...]:
        """Return the anonymous events on shared devices and who did them."""
        return tuple(np.concatenate(part) for part in zip(*self._guests, strict=True))

    def links(self) -> tuple[np.ndarray, ...]:
        """Return the first sights of account and device of all chunks."""
        return tuple(np.concatenate(part) for part in zip(*self._links, strict=True))


def _write_events(
    world: World, path: Path, report: Callable[[str], None]
) -> tuple[int, Collected]:
    """Write the events chunk by chunk; return the rows and what is left behind."""
    settings, collected = world.settings, Collected(world)
    step = settings.chunk_users
    with TableWriter(path) as writer:
        for chunk, low in enumerate(range(0, settings.users, step)):
            high = min(low + step, settings.users)
            visits = make_visits(world, chunk, low, high)
            events, orders = make_events(world, chunk, visits)
            settle(world, visits, events)
            used = collected.events, collected.orders, writer.rows
            columns, faults = event_columns(world, chunk, visits, events, *used)
            writer.write(columns)
            collected.add(world, visits, events, orders)
            collected.faults.append(faults)
            report(f"{high:,} of {settings.users:,} persons, {writer.rows:,} events")
    return writer.rows, collected


def simulate(
    out: Path,
    users: int = 5000,
    days: int = 365,
    seed: int = 7,
    late_share: float = 0.02,
    duplicate_share: float = 0.005,
    end_date: date = DEFAULT_END_DATE,
    on_progress: Callable[[str], None] | None = None,
    bad_share: float = 0.0,
) -> dict[str, int]:
    """Write simulated raw tables into `out` and the truth into `out/truth`.

    `users` are persons, registered or not; `days` end with `end_date`. The shares
    are of events: those that arrive hours to days late, and those delivered twice;
    `bad_share` of the rows of events and orders break the contract. Equal arguments
    give equal data. Returns the rows of each contract table.
    """
    report = on_progress or (lambda _: None)
    settings = Settings(
        users, days, seed, late_share, duplicate_share, bad_share, end_date
    )
    truth = Path(out) / "truth"
    truth.mkdir(parents=True, exist_ok=True)
    report(f"drawing {users:,} persons over {days:,} days")
    world = make_world(settings)
    rows, collected = _write_events(world, Path(out) / "events.parquet", report)

    orders = make_orders(world, collected.purchases())
    order_rows, order_faults = order_columns(settings, orders)
    refunds = make_refunds(settings, orders)
    emails = make_emails(world)
    people, account = world.people, world.people.account
    tables = {
        "users": user_table(world, *emails),
        "identity_links": link_table(world, collected.links(), *emails),
        "orders": order_rows,
        "order_items": item_table(orders),
        "refunds": refund_table(settings, refunds),
        "products": product_table(world.products),
        "content": content_table(world.content, account),
        "ad_spend": ad_spend_table(settings, world.year, collected.paid_visits),
        "campaigns": campaign_table(world.campaigns),
        "messages": message_table(settings, world.campaigns, account),
        "experiment_assignments": assignment_table(settings, world.campaigns, account),
        "points_ledger": points_table(settings, orders, refunds),
        "referrals": referral_table(world),
        "feedback": feedback_table(world, orders, refunds),
        "consents": consent_table(settings, people, world.accounts, world.consents),
        "erasure_requests": erasure_table(world),
    }
    truths = {
        "persons": person_table(world),
        "accounts": account_table(world),
        "devices": device_table(world),
        "shared_device_events": shared_device_table(*collected.unnamed()),
        "campaign_effects": effect_table(world.campaigns),
        "channels": channel_table(),
        "bad_rows": bad_row_table(collected.faults, order_faults),
    }
    report("writing the other tables")
    for name, columns in truths.items():
        write_table(truth / f"{name}.parquet", columns)
    counts = {"events": rows}
    for name, columns in tables.items():
        counts[name] = write_table(Path(out) / f"{name}.parquet", columns)
    return counts
