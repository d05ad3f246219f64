"""Delivery: the event rows as they arrive, late, twice, and sometimes broken."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from strata.simulate.campaigns import campaign_id
from strata.simulate.catalogue import CLICK_COST, SOURCES
from strata.simulate.columns import encoded, ids, labels, times
from strata.simulate.events import (
    LANDING,
    PURCHASE,
    SEARCH,
    SHARE,
    SIGN_UP,
    Events,
)
from strata.simulate.people import IS_APP, PLATFORMS
from strata.simulate.settings import DAY, HOUR, MILLISECOND, MINUTE, NAT, NONE, SECOND
from strata.simulate.visits import Visits
from strata.simulate.world import World

# The event of each step of a visit, and the page it is on.
EVENT_NAMES = (
    "page_view",
    "login",
    "sign_up",
    "search",
    "page_view",
    "product_view",
    "content_view",
    "content_publish",
    "share",
    "add_to_cart",
    "begin_checkout",
    "purchase",
    "app_open",
)
APP_OPEN = len(EVENT_NAMES) - 1
PAGES = (
    "/",
    "/login",
    "/sign-up",
    "/search",
    "/category",
    "/product",
    "/content",
    "/content/new",
    "/share",
    "/cart",
    "/checkout",
    "/thanks",
    "/sale",
)
SALE_PAGE = len(PAGES) - 1

# Purchases that the server reports, without a device.
SERVER_SIDE_SHARE = 0.08

# Delivery: lognormal seconds as a rule, under half an hour; late ones between the
# two limits, evenly on a logarithmic scale; a second delivery after some hours.
DELIVERY_SECONDS, DELIVERY_SPREAD, LONGEST_DELIVERY = 18.0, 1.0, 30 * MINUTE
LATE_HOURS = (1.0, 72.0)
DUPLICATE_AFTER_HOURS = 6.0

QUERIES = (
    "running shoes",
    "linen shirt",
    "face cream",
    "desk lamp",
    "headphones",
    "board game",
    "winter coat",
    "gift for her",
    "sunscreen",
    "yoga mat",
    "coffee grinder",
    "sale",
)
QUERY_PROPERTIES = tuple(f'{{"query":"{query}"}}' for query in QUERIES)
SIGN_UP_METHODS = tuple(f'{{"method":"{m}"}}' for m in ("email", "phone", "wechat"))
SHARE_TARGETS = tuple(f'{{"to":"{t}"}}' for t in ("wechat", "instagram", "link"))

# Faults of `bad_share`, each of which breaks the contract within its types.
EVENT_FAULTS = ("null_event_id", "null_event_at", "event_at_1970", "null_event_name")


@dataclass(frozen=True)
class Faults:
    """Broken rows [b]: their place in the file, their number, the kind of fault."""

    row: np.ndarray
    number: np.ndarray
    kind: np.ndarray


def draw_faults(
    rng: np.random.Generator,
    share: float,
    number: np.ndarray,
    first_row: int,
    kinds: tuple[str, ...],
) -> Faults:
    """Draw which of the rows [n], with their numbers, are broken, and how."""
    row = np.flatnonzero(rng.random(len(number)) < share)
    kind = rng.integers(0, len(kinds), len(row))
    return Faults(first_row + row, number[row], kind)


def _delivered(
    rng: np.random.Generator, world: World, at: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Draw deliveries: the event delivered [d] and when, by time of arrival."""
    settings, size = world.settings, len(at)
    delay = DELIVERY_SECONDS * np.exp(DELIVERY_SPREAD * rng.standard_normal(size))
    delay = np.minimum(delay * SECOND, LONGEST_DELIVERY)
    late = np.flatnonzero(rng.random(size) < settings.late_share)
    hours = np.exp(rng.uniform(*np.log(LATE_HOURS), len(late)))
    delay[late] = hours * HOUR
    arrived = at + delay.astype(np.int64) + MILLISECOND
    twice = np.flatnonzero(rng.random(size) < settings.duplicate_share)
    later = SECOND + rng.exponential(DUPLICATE_AFTER_HOURS * HOUR, len(twice))
    event = np.concatenate([np.arange(size), twice])
    arrived = np.concatenate([arrived, arrived[twice] + later.astype(np.int64)])
    order = np.argsort(arrived, kind="stable")
    return event[order], arrived[order]


def _user_ids(world: World, account: np.ndarray, people: slice) -> pa.Array:
    """Return account ids as a dictionary of the chunk's accounts only."""
    accounts = world.people.account, world.people.second_account
    own = np.concatenate([each[people] for each in accounts])
    own = np.sort(own[own != NONE])
    place = np.where(account == NONE, NONE, np.searchsorted(own, account))
    return encoded(ids("u", own), place)


def _device_ids(world: World, device: np.ndarray, people: slice) -> pa.Array:
    """Return device ids as a dictionary of the chunk's devices only."""
    own = np.unique(world.devices.device[people])
    own = own[own != NONE]
    place = np.where(device == NONE, NONE, np.searchsorted(own, device))
    return encoded(ids("d", own), place)


def _properties(rng: np.random.Generator, events: Events, first_order: int) -> pa.Array:
    """Return the JSON text of each event [e]; null for most."""
    plain = (*QUERY_PROPERTIES, *SIGN_UP_METHODS, *SHARE_TARGETS)
    index = np.full(len(events.step), NONE)
    first = 0
    for step, choices in (
        (SEARCH, QUERY_PROPERTIES),
        (SIGN_UP, SIGN_UP_METHODS),
        (SHARE, SHARE_TARGETS),
    ):
        here = np.flatnonzero(events.step == step)
        index[here] = first + rng.integers(0, len(choices), len(here))
        first += len(choices)
    purchases = np.flatnonzero(events.step == PURCHASE)
    index[purchases] = first + np.arange(len(purchases))
    order_ids = ids("o", first_order + np.arange(len(purchases)))
    orders = pc.binary_join_element_wise('{"order_id":"', order_ids, '"}', "")
    return encoded(pa.concat_arrays([pa.array(plain), orders]), index)


def _source_columns(world: World, source: np.ndarray) -> dict[str, pa.Array]:
    """Return referrer and utm columns [e] for places in SOURCES and campaigns."""
    plans = [campaign.plan for campaign in world.campaigns]
    size = len(plans)
    marks = {
        "referrer": [None] * size,
        "utm_source": ["crm"] * size,
        "utm_medium": [plan.channel for plan in plans],
        "utm_campaign": [campaign_id(number) for number in range(size)],
        "utm_content": [plan.scenario for plan in plans],
        "utm_term": [None] * size,
    }
    return {
        name: labels([*(getattr(each, name) for each in SOURCES), *extra], source)
        for name, extra in marks.items()
    }


def event_columns(
    world: World,
    chunk: int,
    visits: Visits,
    events: Events,
    first_event: int,
    first_order: int,
    first_row: int,
) -> tuple[dict[str, pa.Array], Faults]:
    """Return the contract table `events` of a chunk, and its broken rows.

    The three numbers are what earlier chunks have used up.
    """
    rng = world.settings.stream("delivery", chunk)
    people = slice(visits.person[0], visits.person[-1] + 1)
    visit, step = events.visit, events.step
    landing = step == LANDING
    app = IS_APP[visits.platform[visit]]
    name = np.where(landing & app, APP_OPEN, step)
    source = visits.source[visit]
    paid = np.append(CLICK_COST > 0, np.zeros(len(world.campaigns), dtype=bool))
    page = np.where(landing & paid[source], SALE_PAGE, step)
    server_side = (step == PURCHASE) & (rng.random(len(step)) < SERVER_SIDE_SHARE)
    device = np.where(server_side, NONE, visits.device[visit])
    account = np.where(events.is_known, visits.account[visit], NONE)
    properties = _properties(rng, events, first_order)

    event, arrived = _delivered(rng, world, events.at)
    number, at = first_event + event, events.at[event]
    faults = draw_faults(rng, world.settings.bad_share, number, first_row, EVENT_FAULTS)
    name = name[event]
    _break(faults, first_row, number, at, name)
    columns = {
        "event_id": ids("e", number),
        "anonymous_id": _device_ids(world, device[event], people),
        "user_id": _user_ids(world, account[event], people),
        "event_name": labels(EVENT_NAMES, name),
        "event_at": times(at),
        "loaded_at": times(arrived),
        "platform": labels(PLATFORMS, visits.platform[visit][event]),
        "page": labels(PAGES, page[event]),
        "product_id": ids("p", events.product[event]),
        "content_id": ids("c", events.piece[event]),
        **_source_columns(world, np.where(landing, source, NONE)[event]),
        "properties": properties.take(pa.array(event)),
    }
    return columns, faults


def _break(
    faults: Faults, first_row: int, number: np.ndarray, at: np.ndarray, name: np.ndarray
) -> None:
    """Break rows as the faults say, in the order of EVENT_FAULTS."""
    place = faults.row - first_row
    number[place[faults.kind == 0]] = NONE
    at[place[faults.kind == 1]] = NAT
    at[place[faults.kind == 2]] %= 365 * DAY
    name[place[faults.kind == 3]] = NONE
