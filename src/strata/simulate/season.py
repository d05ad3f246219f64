"""When people come: the year, the week and the hours of a day."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from strata.simulate.settings import DAY, HOUR, Settings

# Activity against a neutral weekday.
WEEKEND_ACTIVITY = 1.15
WINTER_HOLIDAY_ACTIVITY = 0.75
FESTIVAL_ACTIVITY = {6: 1.4, 11: 1.6}

# How much likelier a visit is to end in an order during a shopping festival.
FESTIVAL_ORDERS = {6: 1.4, 11: 1.7}

# Last day of the festival in June and in November, which begin on the first.
FESTIVAL_LAST_DAY = {6: 18, 11: 11}

# Visits at the person's own hour; the others fall anywhere in the waking day.
OWN_HOUR_SHARE = 0.75
WAKING_HOURS = (7.0, 23.5)


@dataclass(frozen=True)
class Season:
    """Factors of every simulated day [days]."""

    activity: np.ndarray
    orders: np.ndarray
    is_weekend: np.ndarray


def season(settings: Settings) -> Season:
    """Return the factors of the simulated days."""
    dates = [settings.start_date + timedelta(days=n) for n in range(settings.days)]
    weekend = np.array([day.weekday() >= 5 for day in dates])
    activity = np.where(weekend, WEEKEND_ACTIVITY, 1.0)
    orders = np.ones(settings.days)
    for place, day in enumerate(dates):
        if day.day <= FESTIVAL_LAST_DAY.get(day.month, 0):
            activity[place] *= FESTIVAL_ACTIVITY[day.month]
            orders[place] *= FESTIVAL_ORDERS[day.month]
        if (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 3):
            activity[place] *= WINTER_HOLIDAY_ACTIVITY
    return Season(activity, orders, weekend)


def time_of_day(
    rng: np.random.Generator,
    peak: np.ndarray,
    spread: np.ndarray,
    offset: np.ndarray,
) -> np.ndarray:
    """Draw microseconds within a UTC day [n].

    `peak` and `spread` are local hours of the person, `offset` the hours by which
    the person's clock is ahead of UTC, all [n].
    """
    own = rng.random(len(peak)) < OWN_HOUR_SHARE
    local = np.where(
        own,
        peak + spread * rng.standard_normal(len(peak)),
        rng.uniform(*WAKING_HOURS, len(peak)),
    )
    hours = (local - offset) % 24.0
    return np.minimum((hours * HOUR).astype(np.int64), DAY - 1)
