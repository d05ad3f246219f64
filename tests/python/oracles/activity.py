"""Who is active on a day, and how the active came and went."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from oracles.clock import DAY, Clock
from oracles.features import ratio
from oracles.identity import Person


def read_activity(
    days: Iterable[tuple[Person, date]], clock: Clock
) -> list[dict[str, Any]]:
    """One row per business day."""
    active: defaultdict[date, set[Person]] = defaultdict(set)
    first: dict[Person, date] = {}
    for person, day in days:
        active[day].add(person)
        first[person] = min(day, first.get(person, day))

    def trailing(day: date, number: int) -> set[Person]:
        return set().union(
            *(active.get(day - timedelta(days=back), ()) for back in range(number))
        )

    found = []
    for day in clock.days:
        now, before = active.get(day, set()), active.get(day - DAY, set())
        month = len(trailing(day, 30))
        new = {person for person in now if first[person] == day}
        found.append(
            {
                "date": day,
                "dau": len(now),
                "wau": len(trailing(day, 7)),
                "mau": month,
                "stickiness": ratio(len(now), month),
                "new": len(new),
                "returning": len(now & before),
                "resurrected": len(now - before - new),
                "dormant": len(before - now),
            }
        )
    return found
