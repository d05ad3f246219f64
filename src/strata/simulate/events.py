"""Events: the steps of every visit, as they are delivered."""

from dataclasses import dataclass

import numpy as np

from strata.simulate.catalogue import choose_content, choose_products
from strata.simulate.settings import (
    DAY,
    MILLISECOND,
    MINUTE,
    NONE,
    SECOND,
    whole_milliseconds,
)
from strata.simulate.visits import (
    BUYS,
    CARTS,
    CHECKS_OUT,
    LOGS_IN,
    LOOKS,
    SIGNS_UP,
    Visits,
)
from strata.simulate.world import World

# The steps of a visit, and when each happens: a window of the visit, which also
# makes the funnel run forwards.
(
    LANDING,
    LOGIN,
    SIGN_UP,
    SEARCH,
    BROWSE,
    VIEW,
    READ,
    PUBLISH,
    SHARE,
    CART,
    CHECKOUT,
    PURCHASE,
) = range(12)
WINDOWS = np.array(
    [
        (0.00, 0.00),
        (0.01, 0.30),
        (0.02, 0.35),
        (0.03, 0.40),
        (0.03, 0.60),
        (0.10, 0.60),
        (0.05, 0.60),
        (0.05, 0.30),
        (0.62, 0.88),
        (0.62, 0.85),
        (0.90, 0.90),
        (0.95, 0.95),
    ]
)

# How often a step is repeated in a visit that has it, and the share of visits that
# end where they began.
BOUNCE_SHARE = 0.22
MEAN_BROWSES, MEAN_SEARCHES, MEAN_READS = 1.3, 0.5, 0.5
MEAN_MORE_VIEWS, MEAN_MORE_CARTS = 1.9, 0.45
SHARED_SHARE = 0.03

# Seconds between two steps: lognormal, well under half an hour.
GAP_SECONDS, GAP_SPREAD, LONGEST_GAP = 24.0, 1.1, 12 * MINUTE


@dataclass
class Events:
    """Events [e] of a chunk, by visit and time; -1 for what an event has not."""

    visit: np.ndarray
    step: np.ndarray
    at: np.ndarray
    product: np.ndarray
    piece: np.ndarray
    is_known: np.ndarray


@dataclass(frozen=True)
class Purchases:
    """Orders [o] of a chunk, as visits make them, and their lines [l]."""

    visit: np.ndarray
    at: np.ndarray
    line_order: np.ndarray
    line_product: np.ndarray


def _step_counts(rng: np.random.Generator, visits: Visits) -> np.ndarray:
    """Draw how often each step happens in each visit [v, steps]."""
    size, stage = len(visits.start), visits.stage
    counts = np.zeros((size, len(WINDOWS)), dtype=np.int64)
    looks = stage >= LOOKS
    stays = looks | (rng.random(size) >= BOUNCE_SHARE)
    counts[:, LANDING] = 1
    counts[:, LOGIN] = visits.known == LOGS_IN
    counts[:, SIGN_UP] = visits.known == SIGNS_UP
    counts[:, SEARCH] = rng.poisson(MEAN_SEARCHES, size) * stays
    counts[:, BROWSE] = rng.poisson(MEAN_BROWSES, size) * stays
    counts[:, READ] = rng.poisson(MEAN_READS, size) * stays
    counts[:, PUBLISH] = visits.piece != NONE
    counts[:, SHARE] = (rng.random(size) < SHARED_SHARE) & stays
    counts[:, CART] = (1 + rng.poisson(MEAN_MORE_CARTS, size)) * (stage >= CARTS)
    more = 1 + rng.poisson(MEAN_MORE_VIEWS, size)
    counts[:, VIEW] = np.maximum(more, counts[:, CART]) * looks
    counts[:, CHECKOUT] = stage >= CHECKS_OUT
    counts[:, PURCHASE] = stage == BUYS
    return counts


def _timed(
    rng: np.random.Generator, world: World, visits: Visits, visit: np.ndarray
) -> np.ndarray:
    """Draw the time of each event [e]; `visit` is sorted.

    A visit that would outlast the data is told faster.
    """
    size = len(visit)
    gaps = GAP_SECONDS * np.exp(GAP_SPREAD * rng.standard_normal(size)) * SECOND
    passed = np.cumsum(np.minimum(gaps, LONGEST_GAP))
    last = np.flatnonzero(np.diff(visit, append=visit[-1] + 1))
    first = np.concatenate([[0], last[:-1] + 1])
    length = passed[last] - passed[first]
    room = world.settings.end - MILLISECOND - visits.start
    pace = np.minimum(1.0, room / np.maximum(length, 1.0))
    since = (passed - passed[first][visit]) * pace[visit]
    return whole_milliseconds(visits.start[visit] + since)


def _known_from(visit: np.ndarray, step: np.ndarray, visits: Visits) -> np.ndarray:
    """Return whether each event [e] carries the account of its visit."""
    names = np.flatnonzero((step == LOGIN) | (step == SIGN_UP))
    known_from = np.zeros(len(visits.start), dtype=np.int64)
    known_from[visit[names]] = names
    account = visits.account[visit]
    return (account != NONE) & (np.arange(len(visit)) >= known_from[visit])


def make_events(world: World, chunk: int, visits: Visits) -> tuple[Events, Purchases]:
    """Draw the events of a chunk's visits, and the orders among them."""
    rng = world.settings.stream("events", chunk)
    counts = _step_counts(rng, visits)
    size, steps = counts.shape
    block = counts.ravel()
    begins = np.cumsum(block) - block
    cell = np.repeat(np.arange(size * steps), block)
    visit, step = np.divmod(cell, steps)
    turn = np.arange(len(cell)) - begins[cell]

    product = np.full(len(cell), NONE)
    views = np.flatnonzero(step == VIEW)
    product[views] = _products_viewed(rng, world, visits, visit[views])
    carts = np.flatnonzero(step == CART)
    viewed = begins.reshape(size, steps)[:, VIEW]
    product[carts] = product[viewed[visit[carts]] + turn[carts]]
    bought = carts[visits.stage[visit[carts]] == BUYS]

    low, high = WINDOWS[step].T
    order = np.argsort(
        visit + low + rng.random(len(cell)) * (high - low), kind="stable"
    )
    events = Events(
        visit=visit,
        step=step[order],
        at=_timed(rng, world, visits, visit),
        product=product[order],
        piece=np.full(len(cell), NONE),
        is_known=_known_from(visit, step[order], visits),
    )
    reads = np.flatnonzero(events.step == READ)
    events.piece[reads] = choose_content(rng, world.content, events.at[reads])
    writes = np.flatnonzero(events.step == PUBLISH)
    events.piece[writes] = visits.piece[events.visit[writes]]
    purchase = np.flatnonzero(events.step == PURCHASE)
    order_visit = events.visit[purchase]
    line_order = np.searchsorted(order_visit, visit[bought])
    orders = Purchases(order_visit, events.at[purchase], line_order, product[bought])
    return events, orders


def _products_viewed(
    rng: np.random.Generator, world: World, visits: Visits, visit: np.ndarray
) -> np.ndarray:
    """Draw the product of each product view."""
    person = visits.person[visit]
    day = (visits.start[visit] - world.settings.start) // DAY
    level = world.people.price_level[person]
    favourite = world.favourite[person]
    return choose_products(rng, world.products, day, favourite, level)


def settle(world: World, visits: Visits, events: Events) -> None:
    """Make the time of openings and publications that of their events."""
    opens = np.flatnonzero(events.step == SIGN_UP)
    world.accounts.opened[visits.account[events.visit[opens]]] = events.at[opens]
    writes = np.flatnonzero(events.step == PUBLISH)
    world.content.published[events.piece[writes]] = events.at[writes]


def unnamed_on_shared(world: World, visits: Visits, events: Events) -> np.ndarray:
    """Return the places of anonymous events on devices of several persons."""
    device = world.devices.device
    users = np.bincount(device[device != NONE], minlength=len(world.devices.platform))
    shared = users[visits.device[events.visit]] > 1
    return np.flatnonzero(shared & ~events.is_known)


def first_links(visits: Visits, events: Events) -> tuple[np.ndarray, ...]:
    """Return account, device and time of each first sight of the two together."""
    known = np.flatnonzero(events.is_known)
    visit = events.visit[known]
    new = np.diff(visit, prepend=-1) > 0
    visit, at = visit[new], events.at[known][new]
    account, device = visits.account[visit], visits.device[visit]
    width = device.max(initial=0) + 1
    _, first = np.unique(account * width + device, return_index=True)
    return account[first], device[first], at[first]
