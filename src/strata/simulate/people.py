"""Who they really are: persons, their accounts and their devices."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from strata.simulate.season import Season, time_of_day
from strata.simulate.settings import (
    DAY,
    FOREVER,
    HOUR,
    MINUTE,
    NAT,
    NONE,
    Settings,
    whole_milliseconds,
)


class Channel(NamedTuple):
    """A way of being acquired: its share of persons and the true quality.

    `retention` multiplies lifetimes and tilts the mix of lifecycles, `value`
    multiplies the order probability, `sign_up` the chance to register.
    """

    name: str
    share: float
    retention: float
    value: float
    sign_up: float


# Display is the cheap channel with many sign-ups that never return.
CHANNELS = (
    Channel("direct", 0.17, 1.00, 1.00, 1.0),
    Channel("organic_search", 0.22, 1.05, 1.00, 1.0),
    Channel("organic_social", 0.10, 0.85, 0.80, 1.0),
    Channel("referring_site", 0.05, 1.00, 0.95, 1.0),
    Channel("paid_search", 0.13, 0.90, 1.05, 1.0),
    Channel("paid_social", 0.13, 0.70, 0.80, 1.0),
    Channel("display", 0.10, 0.30, 0.50, 1.60),
    Channel("affiliate", 0.04, 0.60, 0.75, 1.0),
    Channel("member_referral", 0.06, 1.80, 1.60, 1.15),
)
CHANNEL_NAMES = tuple(channel.name for channel in CHANNELS)
DIRECT_CHANNEL = CHANNEL_NAMES.index("direct")
REFERRAL_CHANNEL = CHANNEL_NAMES.index("member_referral")


class Lifecycle(NamedTuple):
    """A way of living with the shop.

    `share` of persons from an average channel; `rate` of visits a neutral day;
    mean `life` in days; chance to register, to be a buyer at all, and the mean
    order probability of a buyer's visit; `tilt`, the power of the channel's
    retention on the share; `pauses`, the chance of one long dormant period.
    """

    name: str
    share: float
    rate: float
    life: float
    register: float
    buyer: float
    order: float
    tilt: float
    pauses: float


LIFECYCLES = (
    Lifecycle("bouncer", 0.36, 0.30, 0.7, 0.66, 0.50, 0.22, -0.8, 0.0),
    Lifecycle("casual", 0.27, 0.11, 70.0, 0.80, 0.65, 0.05, 0.0, 0.1),
    Lifecycle("regular", 0.17, 0.20, 160.0, 0.90, 0.75, 0.028, 0.5, 0.1),
    Lifecycle("loyal", 0.08, 0.36, 500.0, 0.95, 0.90, 0.032, 1.0, 0.05),
    Lifecycle("returner", 0.12, 0.12, 330.0, 0.88, 0.70, 0.035, 0.3, 1.0),
    Lifecycle("internal", 0.00, 1.30, 5000.0, 1.00, 1.00, 0.10, 0.0, 0.0),
)
LIFECYCLE_NAMES = tuple(lifecycle.name for lifecycle in LIFECYCLES)
BOUNCER, INTERNAL = 0, len(LIFECYCLES) - 1
INTERNAL_SHARE = 0.003

# Heterogeneity within a lifecycle: gamma shapes of the visit rate, the lifetime
# and the order probability, which never exceeds the cap; lognormal spread of the
# price level.
RATE_SHAPE = 2.0
LIFE_SHAPE = 2.5
ORDER_SHAPE = 1.4
ORDER_PROBABILITY_CAP = 0.6
PRICE_LEVEL_SPREAD = 0.6

# First visits over the period: a logistic rise, a plateau, and a fade to a floor;
# the middle and the width of each as shares of the period.
RISE = (0.12, 0.06)
FADE = (0.78, 0.07)
FADE_DEPTH = 0.4

# Registration at the first visit, or some days later.
REGISTERS_AT_ONCE_SHARE = 0.65
REGISTRATION_LAG_DAYS = 6.0

# One long silence, as shares of the life and in days.
PAUSE_STARTS = (0.1, 0.5)
PAUSE_DAYS = (35.0, 110.0)

# Hours: kinds of persons by local peak hour, its spread, and their share.
CLOCKS = ((20.0, 2.8, 0.60), (12.5, 2.2, 0.22), (0.5, 1.8, 0.18))

# Weekends against weekdays: ordinary, office and weekend people, and their share.
WEEKEND_FACTORS = ((1.0, 0.6), (0.45, 0.2), (2.2, 0.2))

DISCOUNT_DRIVEN_SHARE = 0.18
SECOND_ACCOUNT_SHARE = 0.008
SECOND_ACCOUNT_DAYS = 60.0
ERASURE_SHARE = 0.004


class City(NamedTuple):
    """A home: where, which language, and its clock in hours ahead of UTC."""

    city: str
    region: str
    country: str
    language: str
    timezone: str
    offset: float
    share: float


CITIES = (
    City("New York", "New York", "US", "en", "America/New_York", -5, 0.18),
    City("Chicago", "Illinois", "US", "en", "America/Chicago", -6, 0.12),
    City("Los Angeles", "California", "US", "en", "America/Los_Angeles", -8, 0.16),
    City("London", "England", "GB", "en", "Europe/London", 0, 0.10),
    City("Manchester", "England", "GB", "en", "Europe/London", 0, 0.05),
    City("Berlin", "Berlin", "DE", "de", "Europe/Berlin", 1, 0.08),
    City("Munich", "Bavaria", "DE", "de", "Europe/Berlin", 1, 0.06),
    City("Shanghai", "Shanghai", "CN", "zh", "Asia/Shanghai", 8, 0.13),
    City("Chengdu", "Sichuan", "CN", "zh", "Asia/Shanghai", 8, 0.12),
)

PLATFORMS = ("web", "ios", "android", "mini_program")
IS_APP = np.array([False, True, True, False])

# Platform of a device, elsewhere and in China.
PLATFORM_SHARES = (0.50, 0.24, 0.24, 0.02)
PLATFORM_SHARES_CHINA = (0.22, 0.18, 0.26, 0.34)

# Devices: at most three of a person, chance of a second and of a third, mean days
# until one is added, and how the visits spread over them.
SLOTS = 3
EXTRA_DEVICE_SHARES = (0.45, 0.12)
EXTRA_DEVICE_DAYS = 45.0
SLOT_WEIGHTS = (0.70, 0.20, 0.10)

# Second devices that another person uses as well, or takes over for good, and how
# much of that person's visits they serve.
SHARED_DEVICE_SHARE = 0.06
HANDED_OVER_SHARE = 0.33
HANDED_OVER_DAYS = 60.0
GUEST_WEIGHT = 0.35


@dataclass
class People:
    """True persons [n], in order of first visit; times in microseconds.

    `registered` is the start of the visit that opens the account.
    """

    born: np.ndarray
    end_of_life: np.ndarray
    channel: np.ndarray
    lifecycle: np.ndarray
    registered: np.ndarray
    visit_rate: np.ndarray
    order_probability: np.ndarray
    price_level: np.ndarray
    weekend_factor: np.ndarray
    clock: np.ndarray
    city: np.ndarray
    discount_driven: np.ndarray
    satisfaction: np.ndarray
    pause_from: np.ndarray
    pause_to: np.ndarray
    erased: np.ndarray
    inviter: np.ndarray
    account: np.ndarray
    second_account: np.ndarray

    @property
    def offset(self) -> np.ndarray:
        """Hours ahead of UTC [n]."""
        return np.array([city.offset for city in CITIES])[self.city]


@dataclass
class Accounts:
    """Accounts [a] in order of opening; `opened` becomes exact with the events."""

    person: np.ndarray
    planned: np.ndarray
    opened: np.ndarray
    is_second: np.ndarray


@dataclass(frozen=True)
class Devices:
    """Devices by person and slot [n, 3], and their platforms [devices].

    A slot without a device is -1; a person uses it in [`since`, `until`).
    """

    device: np.ndarray
    since: np.ndarray
    until: np.ndarray
    weight: np.ndarray
    platform: np.ndarray


def choose(rng: np.random.Generator, shares: np.ndarray, size: int) -> np.ndarray:
    """Draw positions [size] with the given shares, which need not sum to one."""
    edges = np.cumsum(shares)
    return np.searchsorted(edges / edges[-1], rng.random(size), "right")


def clock_columns(clock: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the peak hour and its spread of clock kinds [n]."""
    kinds = np.array(CLOCKS)
    return kinds[clock, 0], kinds[clock, 1]


def _first_visits(
    rng: np.random.Generator,
    settings: Settings,
    year: Season,
    city: np.ndarray,
    clock: np.ndarray,
) -> np.ndarray:
    """Draw the time of the first visit [n], not sorted."""
    place = (np.arange(settings.days) + 0.5) / settings.days
    rise = 1 / (1 + np.exp(-(place - RISE[0]) / RISE[1]))
    fade = FADE_DEPTH / (1 + np.exp(-(place - FADE[0]) / FADE[1]))
    day = choose(rng, rise * (1 - fade) * year.activity, len(city))
    offset = np.array([each.offset for each in CITIES])[city]
    born = settings.start + day * DAY
    born += time_of_day(rng, *clock_columns(clock), offset)
    return whole_milliseconds(np.minimum(born, settings.end - 10 * MINUTE))


def _lifecycles(rng: np.random.Generator, channel: np.ndarray) -> np.ndarray:
    """Draw the lifecycle [n]; better channels bring more of those who stay."""
    share = np.array([each.share for each in LIFECYCLES])
    tilt = np.array([each.tilt for each in LIFECYCLES])
    lifecycle = np.empty(len(channel), dtype=np.int64)
    for code, quality in enumerate(CHANNELS):
        here = np.flatnonzero(channel == code)
        lifecycle[here] = choose(rng, share * quality.retention**tilt, len(here))
    lifecycle[rng.random(len(channel)) < INTERNAL_SHARE] = INTERNAL
    return lifecycle


def _registrations(
    rng: np.random.Generator,
    settings: Settings,
    born: np.ndarray,
    end_of_life: np.ndarray,
    register: np.ndarray,
) -> np.ndarray:
    """Draw the start of the registering visit [n]; NAT for who never registers."""
    size = len(born)
    lag = rng.exponential(REGISTRATION_LAG_DAYS * DAY, size) + HOUR
    at_once = rng.random(size) < REGISTERS_AT_ONCE_SHARE
    planned = whole_milliseconds(born + np.where(at_once, 0, lag))
    limit = np.minimum(end_of_life, settings.end - 10 * MINUTE)
    registers = (rng.random(size) < register) & (at_once | (planned < limit))
    return np.where(registers, planned, NAT)


def _pauses(
    rng: np.random.Generator, born: np.ndarray, life: np.ndarray, lifecycle: np.ndarray
) -> np.ndarray:
    """Draw the one long silence [2, n] of those who have one, else NAT."""
    chance = np.array([each.pauses for each in LIFECYCLES])[lifecycle]
    pauses = rng.random(len(born)) < chance
    begin = born + rng.uniform(*PAUSE_STARTS, len(born)) * np.minimum(life, 365 * DAY)
    end = begin + rng.uniform(*PAUSE_DAYS, len(born)) * DAY
    return np.where(pauses, np.stack([begin, end]).astype(np.int64), NAT)


def _inviters(
    rng: np.random.Generator,
    born: np.ndarray,
    registered: np.ndarray,
    channel: np.ndarray,
) -> np.ndarray:
    """Draw who invited each person [n]: a member of at least a day; -1 for none."""
    members = np.flatnonzero(registered != NAT)
    members = members[np.argsort(registered[members], kind="stable")]
    known = np.searchsorted(registered[members] + DAY, born)
    back = (known * rng.random(len(born)) ** 2).astype(np.int64)
    invited = (channel == REFERRAL_CHANNEL) & (known > 0)
    inviter = np.full(len(born), NONE)
    inviter[invited] = members[(known - 1 - back)[invited]]
    return inviter


def make_people(settings: Settings, year: Season) -> People:
    """Draw all persons; who cannot have been invited by anyone came directly."""
    rng, size = settings.stream("people"), settings.users
    city = choose(rng, np.array([each.share for each in CITIES]), size)
    clock = choose(rng, np.array(CLOCKS)[:, 2], size)
    born = _first_visits(rng, settings, year, city, clock)
    order = np.argsort(born, kind="stable")
    born, city, clock = born[order], city[order], clock[order]
    channel = choose(rng, np.array([each.share for each in CHANNELS]), size)
    lifecycle = _lifecycles(rng, channel)
    ways = np.array([each[1:] for each in LIFECYCLES])[lifecycle]
    _, rate, life, register, buyer, probability, _, _ = ways.T
    quality = np.array([each[2:] for each in CHANNELS])[channel]
    retention, value, sign_up = quality.T

    mean_life = life * np.sqrt(retention) * rng.gamma(LIFE_SHAPE, 1 / LIFE_SHAPE, size)
    life_time = np.minimum(rng.exponential(mean_life), 20_000.0) * DAY + HOUR
    life_time[lifecycle == INTERNAL] = 20_000.0 * DAY
    end_of_life = whole_milliseconds(born + life_time)
    registered = _registrations(
        rng, settings, born, end_of_life, np.minimum(register * sign_up, 1)
    )
    asks = whole_milliseconds(registered + (1 + rng.exponential(60, size)) * DAY)
    erases = (rng.random(size) < ERASURE_SHARE) & (registered != NAT)
    erased = np.where(erases & (asks < settings.end), asks, NAT)
    end_of_life = np.where(erased == NAT, end_of_life, np.minimum(end_of_life, erased))
    inviter = _inviters(rng, born, registered, channel)
    stranded = (channel == REFERRAL_CHANNEL) & (inviter == NONE)
    pause_from, pause_to = _pauses(rng, born, end_of_life - born, lifecycle)
    is_buyer = rng.random(size) < buyer
    orders = probability * value * rng.gamma(ORDER_SHAPE, 1 / ORDER_SHAPE, size)
    return People(
        born=born,
        end_of_life=end_of_life,
        channel=np.where(stranded, DIRECT_CHANNEL, channel),
        lifecycle=lifecycle,
        registered=registered,
        visit_rate=rate * rng.gamma(RATE_SHAPE, 1 / RATE_SHAPE, size),
        order_probability=np.where(is_buyer, orders, 0).clip(0, ORDER_PROBABILITY_CAP),
        price_level=PRICE_LEVEL_SPREAD * rng.standard_normal(size),
        weekend_factor=np.array(WEEKEND_FACTORS)[:, 0][
            choose(rng, np.array(WEEKEND_FACTORS)[:, 1], size)
        ],
        clock=clock,
        city=city,
        discount_driven=rng.random(size) < DISCOUNT_DRIVEN_SHARE,
        satisfaction=rng.standard_normal(size) + 0.4 * np.log(retention),
        pause_from=pause_from,
        pause_to=pause_to,
        erased=erased,
        inviter=inviter,
        account=np.full(size, NONE),
        second_account=np.full(size, NONE),
    )


def open_accounts(settings: Settings, people: People) -> Accounts:
    """Number the accounts by time of opening; some persons open a second one."""
    rng, size = settings.stream("accounts"), len(people.born)
    wants = rng.random(size) < SECOND_ACCOUNT_SHARE
    lag = (1 + rng.exponential(SECOND_ACCOUNT_DAYS, size)) * DAY
    has_account = people.registered != NAT
    second = whole_milliseconds(np.where(has_account, people.registered, 0) + lag)
    limit = np.minimum(people.end_of_life, settings.end) - HOUR
    opens = np.flatnonzero(has_account & wants & (second < limit))
    members = np.flatnonzero(has_account)
    planned = np.concatenate([people.registered[members], second[opens]])
    order = np.argsort(planned, kind="stable")
    person = np.concatenate([members, opens])[order]
    is_second = (np.arange(len(order)) >= len(members))[order]
    number = np.arange(len(order))
    people.account[person[~is_second]] = number[~is_second]
    people.second_account[person[is_second]] = number[is_second]
    return Accounts(person, planned[order], planned[order].copy(), is_second)


def make_devices(settings: Settings, people: People) -> Devices:
    """Draw the devices of all persons, and share or hand over a few."""
    rng, size = settings.stream("devices"), len(people.born)
    lag = rng.exponential(EXTRA_DEVICE_DAYS * DAY, (size, SLOTS))
    lag[:, 0] = 0
    since = whole_milliseconds(people.born[:, None] + lag)
    has = np.ones((size, SLOTS), dtype=bool)
    has[:, 1:] = rng.random((size, SLOTS - 1)) < EXTRA_DEVICE_SHARES
    has &= since < settings.end
    device = np.where(has, np.cumsum(has).reshape(has.shape) - 1, NONE)
    owner = np.nonzero(has)[0]
    in_china = np.array([each.country == "CN" for each in CITIES])[people.city[owner]]
    platform = np.where(
        in_china,
        choose(rng, np.array(PLATFORM_SHARES_CHINA), len(owner)),
        choose(rng, np.array(PLATFORM_SHARES), len(owner)),
    )
    devices = Devices(
        device=device,
        since=since,
        until=np.full(has.shape, FOREVER),
        weight=np.where(has, np.array(SLOT_WEIGHTS), 0.0),
        platform=platform,
    )
    _share_devices(rng, settings, people, devices)
    return devices


def _share_devices(
    rng: np.random.Generator, settings: Settings, people: People, devices: Devices
) -> None:
    """Give some second devices to a guest as well, or for good; changes `devices`."""
    stays = people.lifecycle != BOUNCER
    owners = np.flatnonzero(stays & (devices.device[:, 1] != NONE))
    owners = owners[rng.random(len(owners)) < SHARED_DEVICE_SHARE]
    free = stays & (devices.device[:, 2] == NONE)
    free[owners] = False
    guests = rng.permutation(np.flatnonzero(free))[: len(owners)]
    owners = owners[: len(guests)]
    begin = np.maximum(devices.since[owners, 1], people.born[guests])
    leaves = rng.random(len(owners)) < HANDED_OVER_SHARE
    lag = rng.exponential(HANDED_OVER_DAYS * DAY, len(owners))
    begin = whole_milliseconds(np.where(leaves, begin + lag, begin))
    happens = begin < settings.end
    owners, guests, begin = owners[happens], guests[happens], begin[happens]
    devices.until[owners, 1] = np.where(leaves[happens], begin, FOREVER)
    devices.device[guests, 2] = devices.device[owners, 1]
    devices.since[guests, 2] = begin
    devices.weight[guests, 2] = GUEST_WEIGHT
