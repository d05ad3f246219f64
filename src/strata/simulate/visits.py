"""Visits: when a person comes, on what, from where, known or not, how far."""

from dataclasses import dataclass

import numpy as np

from strata.simulate.campaigns import CLICK_WINDOW, CLICKED_SHARE, EFFECT
from strata.simulate.catalogue import CLICK_COST, DIRECT, SOURCES, choose_sources
from strata.simulate.people import CHANNEL_NAMES, IS_APP, SLOTS, choose, clock_columns
from strata.simulate.season import time_of_day
from strata.simulate.settings import (
    DAY,
    HOUR,
    MINUTE,
    NAT,
    NONE,
    whole_milliseconds,
)
from strata.simulate.world import World

# A visit within this of the one before is a part of it, so it is not drawn.
LEAST_GAP = HOUR

# How a known visitor is known: not, from the first event, by logging in on the way,
# by registering on the way. Chance that a member's visit is known at all (web, app),
# and that it takes a login to know.
ANONYMOUS, REMEMBERED, LOGS_IN, SIGNS_UP = range(4)
KNOWN_SHARE = np.array([0.72, 0.95])
LOGIN_SHARE = np.array([0.45, 0.10])
SECOND_ACCOUNT_USE = 0.5

# How far a visit goes, and the chances of what does not end in an order: a share
# of everyone, and more by visitors who order more often.
BROWSES, LOOKS, CARTS, CHECKS_OUT, BUYS = range(5)
CHECKOUT_ABANDONED = (0.004, 0.30)
CART_ABANDONED = (0.03, 0.60)
LOOKED_ONLY_SHARE = 0.48
BUY_CAP = 0.9

# Orders of persons who wait for discounts follow the festivals with this power.
DISCOUNT_DRIVEN_POWER = 2.0

# What leads back to the web; -1 is the channel that brought the person first.
RETURN_CHANNELS = ("direct", "organic_search", "organic_social", "referring_site")
RETURN_SHARES = np.array([0.62, 0.17, 0.06, 0.04, 0.11])


@dataclass
class Visits:
    """Visits [v] of a chunk by person and time.

    `source` is a place in SOURCES, or len(SOURCES) + the number of a campaign;
    `account` is -1 for an anonymous visit; `piece` is the content published in it.
    """

    person: np.ndarray
    start: np.ndarray
    device: np.ndarray
    platform: np.ndarray
    source: np.ndarray
    account: np.ndarray
    known: np.ndarray
    stage: np.ndarray
    piece: np.ndarray


def _free_visits(
    rng: np.random.Generator, world: World, low: int, high: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw person and time of the visits that nothing forces, thinned by season."""
    people, settings, year = world.people, world.settings, world.year
    who = slice(low, high)
    limit = np.minimum(people.end_of_life, settings.end)[who]
    span = np.maximum(limit - people.born[who], 0)
    busiest = year.activity.max() * people.weekend_factor[who].clip(1)
    expected = people.visit_rate[who] * span / DAY * busiest
    person = np.repeat(np.arange(low, high), rng.poisson(expected))
    moment = people.born[person] + rng.random(len(person)) * span[person - low]
    day = (moment.astype(np.int64) - settings.start) // DAY
    likely = year.activity[day]
    likely *= np.where(year.is_weekend[day], people.weekend_factor[person], 1.0)
    kept = rng.random(len(person)) * busiest[person - low] < likely
    person, day = person[kept], day[kept]
    clock = clock_columns(people.clock[person])
    at = settings.start + day * DAY
    at = whole_milliseconds(at + time_of_day(rng, *clock, people.offset[person]))
    lives = (at > people.born[person]) & (at < limit[person - low] - MINUTE)
    awake = (at < people.pause_from[person]) | (at >= people.pause_to[person])
    return person[lives & awake], at[lives & awake]


def _forced_visits(world: World, low: int, high: int) -> list[np.ndarray]:
    """Return person, time and piece of visits that must take place.

    They are the first visit, a registration after it, the opening of a second
    account, and the publication of each piece of content.
    """
    people, accounts, content = world.people, world.accounts, world.content
    born = np.arange(low, high)
    opening = np.flatnonzero((accounts.person >= low) & (accounts.person < high))
    opener, opened = accounts.person[opening], accounts.planned[opening]
    apart = opened != people.born[opener]
    pieces = np.flatnonzero((content.author >= low) & (content.author < high))
    return [
        np.concatenate([born, opener[apart], content.author[pieces]]),
        np.concatenate([people.born[born], opened[apart], content.planned[pieces]]),
        np.concatenate([np.full(len(born) + apart.sum(), NONE), pieces]),
    ]


def _timeline(
    rng: np.random.Generator, world: World, low: int, high: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return person, time and published piece of all visits, by person and time."""
    free_person, free_at = _free_visits(rng, world, low, high)
    person, at, piece = _forced_visits(world, low, high)
    forced = np.arange(len(person) + len(free_person)) < len(person)
    person = np.concatenate([person, free_person])
    at = np.concatenate([at, free_at])
    piece = np.concatenate([piece, np.full(len(free_at), NONE)])
    span = world.settings.end - world.settings.start
    key = (person - low) * span + (at - world.settings.start)
    order = np.argsort(key, kind="stable")
    gap = np.diff(key[order], prepend=-LEAST_GAP)
    order = order[forced[order] | (gap >= LEAST_GAP)]
    return person[order], at[order], piece[order]


def _devices_used(
    rng: np.random.Generator, world: World, person: np.ndarray, at: np.ndarray
) -> np.ndarray:
    """Draw the device of each visit [v] among those the person has at that time."""
    devices = world.devices
    draw = rng.random(len(person))
    weight = np.empty((len(person), SLOTS))
    for slot in range(SLOTS):
        since, until = devices.since[person, slot], devices.until[person, slot]
        has = (at >= since) & (at < until)
        weight[:, slot] = devices.weight[person, slot] * has
    edges = np.cumsum(weight, axis=1)
    slot = (draw[:, None] * edges[:, -1:] >= edges).sum(axis=1)
    return devices.device[person, slot]


def _sources(
    rng: np.random.Generator,
    world: World,
    person: np.ndarray,
    at: np.ndarray,
    platform: np.ndarray,
) -> np.ndarray:
    """Draw where each visit comes from [v]; the first one shows the acquisition."""
    first = at == world.people.born[person]
    own = world.people.channel[person]
    back = np.array([*(CHANNEL_NAMES.index(name) for name in RETURN_CHANNELS), NONE])
    again = back[choose(rng, RETURN_SHARES, len(person))]
    again = np.where(again == NONE, own, again)
    source = choose_sources(rng, np.where(first, own, again))
    return np.where(~first & IS_APP[platform], DIRECT, source)


def _campaign_marks(
    rng: np.random.Generator,
    world: World,
    person: np.ndarray,
    at: np.ndarray,
    source: np.ndarray,
    low: int,
    high: int,
) -> np.ndarray:
    """Return what campaigns do to the order rate of each visit [v].

    A visit soon after an opened message may turn out to come from it: its source
    and the message's time of clicking are set.
    """
    lift = np.ones(len(person))
    sent = np.empty(high - low, dtype=np.int64)
    opened = np.empty(high - low, dtype=np.int64)
    place = np.empty(high - low, dtype=np.int64)
    for number, campaign in enumerate(world.campaigns):
        members = campaign.members(low, high)
        who = campaign.person[members] - low
        sent[:], opened[:] = NAT, NAT
        sent[who], opened[who] = campaign.sent[members], campaign.opened[members]
        place[who] = np.arange(members.start, members.stop)
        near = np.flatnonzero(
            (at >= campaign.started) & (at < campaign.started + EFFECT + DAY)
        )
        begun = sent[person[near] - low]
        moved = (begun != NAT) & (at[near] >= begun) & (at[near] < begun + EFFECT)
        lift[near[moved]] *= 1 + campaign.plan.lift
        read = opened[person[near] - low]
        after = (read != NAT) & (at[near] > read) & (at[near] < read + CLICK_WINDOW)
        reader, first = np.unique(person[near[after]], return_index=True)
        clicks = rng.random(len(reader)) < CLICKED_SHARE
        visit = near[after][first[clicks]]
        source[visit] = len(SOURCES) + number
        campaign.clicked[place[reader[clicks] - low]] = at[visit]
    return lift


def _stages(
    rng: np.random.Generator,
    world: World,
    person: np.ndarray,
    at: np.ndarray,
    lift: np.ndarray,
) -> np.ndarray:
    """Draw how far each visit goes [v]; only members buy."""
    people, settings = world.people, world.settings
    season = world.year.orders[(at - settings.start) // DAY]
    power = np.where(people.discount_driven[person], DISCOUNT_DRIVEN_POWER, 1.0)
    member = (people.registered != NAT)[person] & (at >= people.registered[person])
    wish = people.order_probability[person] * season**power * lift
    buys = np.where(member, wish, 0.0).clip(0, BUY_CAP)
    abandons = CHECKOUT_ABANDONED[0] + CHECKOUT_ABANDONED[1] * buys
    carts = CART_ABANDONED[0] + CART_ABANDONED[1] * buys
    edges = np.cumsum([buys, abandons, carts, np.full(len(at), LOOKED_ONLY_SHARE)], 0)
    return BUYS - (rng.random(len(at)) >= edges).sum(axis=0)


def _logins(
    rng: np.random.Generator,
    world: World,
    person: np.ndarray,
    at: np.ndarray,
    platform: np.ndarray,
    stage: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the account of each visit [v], -1 if anonymous, and how it is known."""
    people, planned = world.people, world.accounts.planned
    first, second = people.account[person], people.second_account[person]
    app = IS_APP[platform].astype(np.int64)
    member = (first != NONE) & (at > planned[first])
    known = member & (rng.random(len(at)) < KNOWN_SHARE[app])
    known |= member & (stage == BUYS)
    other = (second != NONE) & (at > planned[second])
    other &= rng.random(len(at)) < SECOND_ACCOUNT_USE
    account = np.where(known, np.where(other, second, first), NONE)
    login = rng.random(len(at)) < LOGIN_SHARE[app]
    how = np.where(known, np.where(login, LOGS_IN, REMEMBERED), ANONYMOUS)
    for candidate in (first, second):
        opens = (candidate != NONE) & (at == planned[candidate])
        account = np.where(opens, candidate, account)
        how = np.where(opens, SIGNS_UP, how)
    return account, how


def make_visits(world: World, chunk: int, low: int, high: int) -> Visits:
    """Draw the visits of persons `low` to `high` - 1."""
    rng = world.settings.stream("visits", chunk)
    person, at, piece = _timeline(rng, world, low, high)
    device = _devices_used(rng, world, person, at)
    platform = world.devices.platform[device]
    source = _sources(rng, world, person, at, platform)
    lift = _campaign_marks(rng, world, person, at, source, low, high)
    stage = _stages(rng, world, person, at, lift)
    account, known = _logins(rng, world, person, at, platform, stage)
    publishes = (piece != NONE) & (known != SIGNS_UP)
    account = np.where(publishes, world.people.account[person], account)
    known = np.where(publishes, REMEMBERED, known)
    return Visits(person, at, device, platform, source, account, known, stage, piece)


def paid_visits(world: World, visits: Visits) -> np.ndarray:
    """Count the visits that an advertisement brought [sources, days]."""
    days = world.settings.days
    paid = visits.source < len(SOURCES)
    source = visits.source[paid]
    day = (visits.start[paid] - world.settings.start) // DAY
    counts = np.bincount(source * days + day, minlength=len(SOURCES) * days)
    return counts.reshape(len(SOURCES), days) * (CLICK_COST > 0)[:, None]
