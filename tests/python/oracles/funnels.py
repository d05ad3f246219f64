"""Funnels in plain Python: every attempt of every unit, tried one by one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

Happening = Mapping[str, Any]
Condition = Callable[[Happening], bool]

NOTHING = timedelta(0)


@dataclass(frozen=True)
class Exclusion:
    """What may not happen between two steps, by their numbers."""

    number: int
    test: Condition
    from_step: int
    to_step: int


@dataclass(frozen=True)
class Plan:
    """A funnel: the conditions of its steps in order, and how they must follow."""

    code: str
    steps: Sequence[Condition]
    window: timedelta
    order: str = "ordered"
    ties: str = "in_order"
    grace: timedelta = NOTHING
    reuse: bool = False
    first_only: bool = False
    exclusions: Sequence[Exclusion] = ()
    scope: str = "attempt"
    unit: str = "person"
    constant: str | None = None

    def serves(self, event: Happening) -> list[int]:
        """The numbers of the steps that an event fulfils."""
        return [number for number, test in enumerate(self.steps, 1) if test(event)]


@dataclass(frozen=True)
class Attempt:
    """How far one entry came, when, and why no farther."""

    entry: Happening
    times: tuple[datetime, ...]
    stop: str | None
    tried: int
    is_dropped: bool = False
    place: int = 0

    @property
    def reached(self) -> int:
        """The number of steps done."""
        return len(self.times)

    @property
    def day(self) -> date:
        """The day of entry."""
        return self.times[0].date()


@dataclass
class Line:
    """The events of one unit that matter to a funnel, in order."""

    plan: Plan
    events: list[Happening]
    served: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort by time; at one instant by the first step served.

        Of events alike in that the platform decides, then the product, then the id.
        """
        far = len(self.plan.steps) + 1

        def place(event: Happening) -> tuple[Any, ...]:
            served = self.plan.serves(event)
            product = event.get("product")
            what = event.get("platform") or "", product is None, product or ""
            return event["time"], min(served, default=far), *what, event["id"]

        self.events.sort(key=place)
        self.served = {
            index: self.plan.serves(event) for index, event in enumerate(self.events)
        }

    def after(self, step: int, time: datetime, used: int) -> list[int]:
        """Where the next step may stand, by time and event of the one before."""
        plan = self.plan
        found = []
        for index, event in enumerate(self.events):
            if step not in self.served[index] or (index == used and not plan.reuse):
                continue
            if plan.ties == "refused":
                suits = event["time"] > time
            else:
                suits = event["time"] >= time - plan.grace
            if suits:
                found.append(index)
        return found

    def barrier(self, step: int, time: datetime) -> datetime | None:
        """The first exclusion after a step."""
        return min(
            (
                event["time"]
                for event in self.events
                for each in self.plan.exclusions
                if each.test(event)
                and event["time"] > time
                and (self.plan.order == "any" or each.from_step <= step < each.to_step)
            ),
            default=None,
        )

    def walk(self, start: int) -> Attempt:
        """An entry followed from step to step, each the first that comes."""
        plan, entry = self.plan, self.events[start]
        end = entry["time"] + plan.window
        times, here, tried, stop = [entry["time"]], start, 1, None
        while len(times) < len(plan.steps):
            step = len(times)
            barrier = self.barrier(step, times[-1])
            ahead = self.after(step + 1, times[-1], here)
            following = min(
                ahead, key=lambda index: self.events[index]["time"], default=None
            )
            time = None if following is None else self.events[following]["time"]
            if time is None or time > end:
                stop = "no_event" if time is None else "outside_window"
                if barrier is not None and barrier <= end:
                    stop = "excluded"
                break
            if barrier is not None and barrier < time:
                stop, tried = "excluded", step + 1
                break
            if plan.order == "strict" and any(
                times[-1] < self.events[index]["time"] < time
                and step not in self.served[index]
                for index in range(here + 1, following)
            ):
                stop = "interrupted"
                break
            times.append(time)
            here, tried = following, step + 1
        return self._attempt(entry, times, stop, tried, start)

    def _attempt(
        self,
        entry: Happening,
        times: list[datetime],
        stop: str | None,
        tried: int,
        place: int,
    ) -> Attempt:
        dropped = stop == "excluded" and self.plan.scope == "person"
        if not dropped:
            tried = len(times)
        elif self.plan.order == "any":
            tried = 0
        return Attempt(entry, tuple(times), stop, tried, dropped, place)

    def take(self, index: int, chosen: dict[int, int]) -> int:
        """How many steps more are done with an event; by step, which event serves it.

        One that serves one step may let others serve different ones than before.
        """
        if self.plan.reuse:
            new = [step for step in self.served[index] if step not in chosen]
            chosen.update(dict.fromkeys(new, index))
            return len(new)

        def finds(index: int, asked: set[int]) -> bool:
            for step in self.served[index]:
                if step not in asked:
                    asked.add(step)
                    if step not in chosen or finds(chosen[step], asked):
                        chosen[step] = index
                        return True
            return False

        return int(finds(index, set()))

    def gather(self, start: int) -> Attempt:
        """The steps done in any order from an event on."""
        plan, entry = self.plan, self.events[start]
        end = entry["time"] + plan.window
        barrier = self.barrier(1, entry["time"])
        done: list[datetime] = []
        chosen: dict[int, int] = {}
        for index, event in enumerate(self.events):
            if event["time"] >= entry["time"]:
                done += [event["time"]] * self.take(index, chosen)
        within = [time for time in done if time <= end]
        limit = end if barrier is None else min(end, barrier)
        times = [time for time in within if time <= limit]
        stop = None
        if len(times) < len(plan.steps):
            stop = "outside_window" if len(done) > len(times) else "no_event"
            if barrier is not None and barrier <= end:
                stop = "excluded"
        return self._attempt(entry, times, stop, len(within), start)

    def farthest(self, start: int) -> int:
        """How far an entry can come if each step tries every event it may have."""
        end = self.events[start]["time"] + self.plan.window

        def best(done: int, time: datetime, used: frozenset[int]) -> int:
            ahead = [
                index
                for index in self.after(done + 1, time, -1)
                if self.events[index]["time"] <= end
                and (self.plan.reuse or index not in used)
            ]
            return max(
                (
                    best(done + 1, self.events[index]["time"], used | {index})
                    for index in ahead
                ),
                default=done,
            )

        return best(1, self.events[start]["time"], frozenset({start}))

    def starts(self) -> list[int]:
        """Where attempts begin."""
        found = [
            index
            for index, served in self.served.items()
            if served and (self.plan.order == "any" or 1 in served)
        ]
        return found[:1] if self.plan.first_only else found

    def attempts(self) -> Iterator[Attempt]:
        """Every attempt."""
        for start in self.starts():
            yield self.gather(start) if self.plan.order == "any" else self.walk(start)


def lines(plan: Plan, events: Iterable[Happening]) -> Iterator[tuple[Any, Line]]:
    """The events of a funnel by unit, and by what is held constant."""
    own: defaultdict[Any, list[Happening]] = defaultdict(list)
    for event in events:
        matters = plan.serves(event) or any(e.test(event) for e in plan.exclusions)
        if not (matters or plan.order == "strict"):
            continue
        held = event[plan.constant] if plan.constant else None
        if event[plan.unit] is not None and (held is not None or not plan.constant):
            own[event[plan.unit], held].append(event)
    for (unit, _), happened in own.items():
        yield unit, Line(plan, happened)


def rank(plan: Plan, attempt: Attempt) -> tuple[Any, ...]:
    """The order of attempts, the best first."""
    entered = attempt.times[0]
    order = entered if plan.order == "any" else datetime.max - entered
    return -attempt.tried, attempt.is_dropped, max(attempt.times), order


def best_by_day(
    plan: Plan, events: Iterable[Happening]
) -> dict[tuple[Any, Any, date], Attempt]:
    """The best attempt of each unit (and value held constant) on each day of entry."""
    found: dict[tuple[Any, Any, date], Attempt] = {}
    for unit, line in lines(plan, events):
        held = line.events[0][plan.constant] if plan.constant else None
        for attempt in line.attempts():
            key = unit, held, attempt.day
            before = found.get(key)
            if before is None or rank(plan, attempt) < rank(plan, before):
                found[key] = attempt
    barred: defaultdict[Any, int] = defaultdict(int)
    for (unit, *_), attempt in found.items():
        if attempt.is_dropped:
            barred[unit] = max(barred[unit], attempt.tried)
    return {
        key: replace(
            attempt, is_dropped=attempt.is_dropped or attempt.tried < barred[key[0]]
        )
        for key, attempt in found.items()
    }


def steps_of(
    plan: Plan, attempts: Sequence[Attempt], mature: Sequence[Attempt]
) -> list[dict[str, Any]]:
    """The steps of one cell, from the best attempt of each unit."""
    rows: list[dict[str, Any]] = []
    for number in range(1, len(plan.steps) + 1):
        reached = [each for each in mature if each.reached >= number]
        seconds = [
            max(0.0, (each.times[number - 1] - each.times[number - 2]).total_seconds())
            for each in reached
            if number > 1
        ]
        before = rows[-1]["mature_users"] if rows else None
        rows.append(
            {
                "step_number": number,
                "users": sum(each.reached >= number for each in attempts),
                "mature_users": len(reached),
                "mature_entered_users": len(mature),
                "mature_previous_users": before,
                "rate_from_start": len(reached) / len(mature) if mature else None,
                "rate_from_previous": len(reached) / before if before else None,
                "median_seconds_from_previous": median(seconds) if seconds else None,
                "average_seconds_from_previous": (
                    sum(seconds) / len(seconds) if seconds else None
                ),
            }
        )
    return rows
