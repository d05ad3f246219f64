"""What a run is asked for, its clock and its random streams."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zlib import crc32

import numpy as np

# Times are int64 microseconds since 1970, UTC; these are their units.
MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# A missing time, and a time that never comes (9999-12-31).
NAT = int(np.iinfo(np.int64).min)
FOREVER = int(np.datetime64("9999-12-31", "us").astype(np.int64))

# A missing index.
NONE = -1

# The most persons for whom the digits of all ids suffice.
MOST_USERS = 5_000_000

# Persons times days that are simulated at once: about half a million events.
CHUNK_PERSON_DAYS = 3_000_000


@dataclass(frozen=True)
class Settings:
    """The arguments of a run; equal settings give equal data."""

    users: int
    days: int
    seed: int
    late_share: float
    duplicate_share: float
    bad_share: float
    end_date: date

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated, in one sentence."""
        if self.users < 1 or self.days < 1:
            raise ValueError("users and days must be at least 1")
        if self.users > MOST_USERS:
            raise ValueError(f"users must be at most {MOST_USERS:,}")
        for name in ("late_share", "duplicate_share", "bad_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie between 0 and 1")

    @property
    def start_date(self) -> date:
        """The first simulated day."""
        return self.end_date - timedelta(days=self.days - 1)

    @property
    def start(self) -> int:
        """The first microsecond."""
        return microseconds(self.start_date)

    @property
    def end(self) -> int:
        """The microsecond after the last."""
        return microseconds(self.end_date) + DAY

    @property
    def chunk_users(self) -> int:
        """Persons that are simulated at once."""
        return max(1, CHUNK_PERSON_DAYS // self.days)

    def stream(self, name: str, *keys: int) -> np.random.Generator:
        """Return the random stream of a purpose, apart from every other one."""
        key = (crc32(name.encode()), *keys)
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))


def microseconds(day: date) -> int:
    """Return midnight of a day in microseconds since 1970."""
    return int(np.datetime64(datetime.combine(day, time()), "us").astype(np.int64))


def whole_milliseconds(times: np.ndarray) -> np.ndarray:
    """Round times down to the millisecond, the resolution of collectors."""
    return np.asarray(times).astype(np.int64) // MILLISECOND * MILLISECOND
