"""Days, the ends of months, and periods that can be counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Clock:
    """The first day of the data and the day as of which all is told."""

    first_date: date
    as_of_date: date
    grains: frozenset[str] = frozenset({"month"})

    @property
    def days(self) -> list[date]:
        """Every day from the first to the last."""
        return [
            self.first_date + timedelta(days=each)
            for each in range((self.as_of_date - self.first_date).days + 1)
        ]

    @property
    def review_dates(self) -> list[date]:
        """The ends of months up to the as-of day."""
        return [day for day in self.days if is_month_end(day)]

    def reviews(self, grain: str) -> list[date]:
        """The ends of periods up to the as-of day."""
        return [day for day in self.days if is_period_end(grain, day)]

    @property
    def as_of_dates(self) -> list[date]:
        """The review dates of every grain and the as-of day."""
        grains = self.grains | {"month"}
        ends = {day for grain in grains for day in self.reviews(grain)}
        return sorted({*ends, self.as_of_date})


def read_clock(
    days: Iterable[date], grains: Iterable[str] = frozenset({"month"})
) -> Clock:
    """The clock of data that happened on some days."""
    seen = set(days)
    return Clock(min(seen), max(seen), frozenset(grains))


def is_month_end(day: date) -> bool:
    """True on the last day of a month."""
    return (day + DAY).month != day.month


def is_period_end(grain: str, day: date) -> bool:
    """True on the last day of a day, week, month or quarter."""
    return period_index(grain, day) != period_index(grain, day + DAY)


def period_index(grain: str, day: date) -> int:
    """The number of a day's period, counted from the year 1; weeks from Monday."""
    if grain == "day":
        return day.toordinal()
    if grain == "week":
        return (day.toordinal() - 1) // 7
    if grain == "quarter":
        return day.year * 4 + (day.month - 1) // 3
    return day.year * 12 + day.month - 1


def period_start(grain: str, index: int) -> date:
    """The first day of a period."""
    if grain == "day":
        return date.fromordinal(index)
    if grain == "week":
        return date.fromordinal(index * 7 + 1)
    if grain == "quarter":
        return date(index // 4, index % 4 * 3 + 1, 1)
    return date(index // 12, index % 12 + 1, 1)
