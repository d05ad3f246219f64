"""Who is active on a day, and how the active came and went."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from oracles.clock import DAY, Clock, period_index, period_start
from oracles.features import ratio
from oracles.identity import Person
from oracles.rules import Rule

Place = tuple[date, int]


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


def places(grain: str, days: Iterable[date]) -> list[Place]:
    """The periods of a grain that days lie in, in order: first day and hour."""
    if grain == "hour":
        return [(day, hour) for day in sorted(set(days)) for hour in range(24)]
    return sorted({(place_of(grain, datetime.combine(day, time()))) for day in days})


def place_of(grain: str, moment: datetime) -> Place:
    """The period of a moment."""
    if grain == "hour":
        return moment.date(), moment.hour
    return period_start(grain, period_index(grain, moment.date())), 0


def active_places(
    rule: Rule, grain: str, moments: Mapping[Person, Sequence[datetime]]
) -> Mapping[Person, set[Place]]:
    """The periods in which each person was active often enough."""
    found = {}
    for person, times in moments.items():
        counts = Counter(place_of(grain, each) for each in times)
        least, most = rule["minimum_occurrences"], rule["maximum_occurrences"]
        found[person] = {
            place
            for place, count in counts.items()
            if least <= count and (most is None or count <= most)
        }
    return found


def read_lifecycle(
    rule: Rule,
    moments: Mapping[Person, Sequence[datetime]],
    registered: Mapping[Person, datetime | None],
    clock: Clock,
) -> Iterator[dict[str, Any]]:
    """One row per grain and period of one definition of activity."""
    for grain in ("day", "week", "month", *(("hour",) if rule["has_hours"] else ())):
        active = active_places(rule, grain, moments)
        spine = places(grain, clock.days)
        before: set[Person] = set()
        seen: set[Person] = set()
        for number, place in enumerate(spine):
            now = {person for person, own in active.items() if place in own}
            if rule["new_by"] == "activity":
                new = now - seen
            else:
                new = {
                    person
                    for person in now - before
                    if (at := registered.get(person)) and place_of(grain, at) == place
                }
            later = spine[number + 1 :][:1]
            ends = later[0][0] if later else clock.as_of_date + DAY
            yield {
                "activity_code": rule["activity_code"],
                "grain": grain,
                "period_date": place[0],
                "period_hour": place[1],
                "active": len(now),
                "new": len(new),
                "returning": len(now & before),
                "resurrected": len(now - before - new),
                "dormant": len(before - now),
                "is_mature": bool(later)
                or grain == "hour"
                or place_of(grain, datetime.combine(ends, time())) != place,
            }
            before, seen = now, seen | now


def read_stickiness(
    rule: Rule,
    activity: Rule,
    moments: Mapping[Person, Sequence[datetime]],
    clock: Clock,
) -> Iterator[dict[str, Any]]:
    """One row per window and number of periods of one definition of stickiness."""
    grain, kind = rule["grain"], rule["window_kind"]
    length = rule["period_length"] or 1
    active = active_places(activity, grain, moments)
    begun = places(grain, clock.days)
    windows: defaultdict[date, list[Place]] = defaultdict(list)
    margin = timedelta(days=100)
    span = (clock.as_of_date + margin - (clock.first_date - margin)).days + 1
    around = places(
        grain,
        (clock.first_date - margin + timedelta(days=each) for each in range(span)),
    )
    if kind == "last":
        last = [place for place in around if place <= begun[-1]]
        last = last[-rule["window_periods"] * length :]
        windows[last[0][0]] = last
    else:
        for place in around:
            windows[period_start(kind, period_index(kind, place[0]))].append(place)
    for window, own in windows.items():
        if not set(own) & set(begun):
            continue
        periods = [
            set(own[each : each + length]) for each in range(0, len(own), length)
        ]
        counts = Counter(
            sum(bool(period & each) for period in periods) for each in active.values()
        )
        total = sum(count for number, count in counts.items() if number)
        following = period_index(grain, own[-1][0]) + 1 if grain != "hour" else None
        ends = period_start(grain, following) if following else own[-1][0] + DAY
        is_mature = ends - DAY <= clock.as_of_date
        for number in range(1, len(periods) + 1):
            yield {
                "stickiness_code": rule["stickiness_code"],
                "window_date": window,
                "period_count": number,
                "users": counts[number],
                "users_or_more": sum(
                    count for each, count in counts.items() if each >= number
                ),
                "active_users": total,
                "user_rate": ratio(counts[number], total) if is_mature else None,
                "is_mature": is_mature,
            }
