"""Who gets the credit: conversions, the sessions before them, and eight models."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import Any

from oracles.identity import Person
from oracles.orders import ZERO, to_cents
from oracles.people import Life
from oracles.rules import Rule
from oracles.sessions import Session

START, GOAL, LOST = "(start)", "(conversion)", "(null)"
NOBODY = "(unattributed)"
ONCE = ("registration", "first_order")
FINE = Decimal("0.000000000000001")

Number = Fraction | float
Path = tuple[str, ...]
Chain = Mapping[str, Mapping[str, Fraction]]


@dataclass(frozen=True)
class Conversion:
    """A conversion of a definition, with the sessions that may have led to it."""

    definition: Rule
    conversion_id: str
    person: Person
    at: datetime
    value: Decimal
    touches: tuple[Session, ...]

    @property
    def path(self) -> Path:
        """The channels of the touches in order."""
        return tuple(touch.channel for touch in self.touches)


def _happened(
    life: Life, kind: str, day: date
) -> Iterator[tuple[str, datetime, Decimal]]:
    """The conversions of a person of one kind: an id, when, and their value."""
    if kind == "registration":
        if life.registered_at is not None:
            yield life.person.id, life.registered_at, ZERO
        return
    standing = [order for order in life.orders if order.stands(day)]
    for order in standing[:1] if kind == "first_order" else standing:
        yield order.order_id, order.ordered_at, order.net(day)


def read_conversions(
    definition: Rule, lives: Iterable[Life], day: date
) -> Iterator[Conversion]:
    """The conversions of a definition; the ends of the look-back are within it."""
    lookback = timedelta(days=definition["lookback_days"])
    for life in lives:
        kind = definition["conversion_kind"]
        for conversion_id, at, value in _happened(life, kind, day):
            touches = tuple(
                session
                for session in life.sessions
                if at - lookback <= session.started_at <= at
            )
            yield Conversion(definition, conversion_id, life.person, at, value, touches)


def lost_journeys(
    definition: Rule,
    lives: Iterable[Life],
    conversions: Sequence[Conversion],
    day: date,
) -> Iterator[Path]:
    """The sessions that led to nothing, cut at silences, once nothing can follow."""
    lookback = timedelta(days=definition["lookback_days"])
    own: defaultdict[Person, list[Conversion]] = defaultdict(list)
    for conversion in conversions:
        own[conversion.person].append(conversion)
    for life in lives:
        used = {id(touch) for each in own[life.person] for touch in each.touches}
        once = definition["conversion_kind"] in ONCE
        end = min((each.at for each in own[life.person]), default=None)
        journey: list[Session] = []
        journeys = [journey]
        for session in life.sessions:
            if id(session) in used or (once and end and session.started_at > end):
                continue
            if journey and session.started_at - journey[-1].started_at > lookback:
                journey = []
                journeys.append(journey)
            journey.append(session)
        for each in journeys:
            if each and each[-1].day + lookback <= day:
                yield tuple(session.channel for session in each)


# The Markov chain


def count_moves(walks: Mapping[Path, tuple[int, int]]) -> Counter[tuple[str, str]]:
    """How often each step was taken, of paths with conversions and journeys lost."""
    moves: Counter[tuple[str, str]] = Counter()
    for path, (won, lost) in walks.items():
        for step in zip((START, *path), path, strict=False):
            moves[step] += won + lost
        moves[path[-1], GOAL] += won
        moves[path[-1], LOST] += lost
    return +moves


def rates_of(moves: Counter[tuple[str, str]]) -> Chain:
    """The share of the steps from each state that go to each other one."""
    totals: Counter[str] = Counter()
    for (begin, _), number in moves.items():
        totals[begin] += number
    chain: defaultdict[str, dict[str, Fraction]] = defaultdict(dict)
    for (begin, end), number in moves.items():
        chain[begin][end] = Fraction(number, totals[begin])
    return chain


def likelihood(chain: Chain, removed: str | None = None) -> Fraction:
    """How likely the goal is reached from the start, by a linear system, exactly."""
    states = [state for state in chain if state != removed]
    size = len(states)
    rows = [
        [Fraction(begin == end) - chain[begin].get(end, Fraction(0)) for end in states]
        + [chain[begin].get(GOAL, Fraction(0))]
        for begin in states
    ]
    for column in range(size):
        pivot = next(n for n in range(column, size) if rows[n][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [value / head for value in rows[column]]
        for n in range(size):
            factor = rows[n][column]
            if n != column and factor:
                rows[n] = [
                    a - factor * b for a, b in zip(rows[n], rows[column], strict=True)
                ]
    return rows[states.index(START)][-1]


def removal_effects(chain: Chain) -> dict[str, Fraction]:
    """What part of the conversions goes with each channel."""
    whole = likelihood(chain)
    return {
        channel: 1 - likelihood(chain, channel) / whole
        for channel in chain
        if channel != START
    }


# Shapley


def shapley(
    players: Sequence[str], worth: Mapping[frozenset[str], int]
) -> dict[str, Fraction]:
    """What each player adds in the mean over all orders, by every coalition.

    `worth` is what exactly these players did together; a coalition has the worth of
    all groups within it.
    """
    count = len(players)

    def value(coalition: frozenset[str]) -> int:
        return sum(number for group, number in worth.items() if group <= coalition)

    shares = {}
    for player in players:
        others = [each for each in players if each != player]
        share = Fraction(0)
        for size in range(count):
            weight = Fraction(
                factorial(size) * factorial(count - size - 1), factorial(count)
            )
            for coalition in combinations(others, size):
                before = frozenset(coalition)
                share += weight * (value(before | {player}) - value(before))
        shares[player] = share
    return shares


# Credits


def _by_channel(path: Path, shares: Mapping[str, Number]) -> list[Number]:
    """The share of each channel, the same for each of its touches."""
    times = Counter(path)
    total = sum(shares[channel] for channel in times)
    if not total:
        return [Fraction(1, len(path))] * len(path)
    return [shares[channel] / total / times[channel] for channel in path]


def credits_of(
    conversion: Conversion, model: Rule, effects: Mapping[str, Fraction]
) -> list[Number]:
    """What a model gives to each touch of a conversion."""
    path, method = conversion.path, model["method"]
    count = len(path)
    if method == "markov":
        return _by_channel(path, effects)
    if method == "shapley":
        players = sorted(set(path))
        return _by_channel(path, shapley(players, {frozenset(players): 1}))
    if method == "position" and count > 1:
        weights = _by_position(count, model)
    elif method == "time_decay":
        life = timedelta(days=model["half_life_days"])
        weights = [
            0.5 ** ((conversion.at - touch.started_at) / life)
            for touch in conversion.touches
        ]
    else:
        weights = [Fraction(n in _chosen(path, model)) for n in range(count)]
    total = sum(weights)
    return [weight / total for weight in weights]


def _by_position(count: int, model: Rule) -> list[Number]:
    """The shares of the first and the last touch, and of those between."""
    first, last = (Fraction(str(model[x])) for x in ("first_share", "last_share"))
    between = (1 - first - last) / (count - 2) if count > 2 else Fraction(0)
    return [first, *[between] * (count - 2), last]


def _chosen(path: Path, model: Rule) -> range:
    """The touches that share a conversion alike."""
    last = len(path) - 1
    if model["method"] == "first":
        return range(1)
    if model["method"] == "last":
        return range(last, last + 1)
    if model["method"] == "last_but":
        named = [n for n, each in enumerate(path) if each != model["skipped_channel"]]
        number = named[-1] if named else last
        return range(number, number + 1)
    return range(last + 1)


def cents(parts: Sequence[Number], value: Decimal) -> list[Decimal]:
    """The value shared out by what has been given up to each touch, to the cent."""
    given, before, shares = ZERO, ZERO, []
    for number, credit in enumerate(parts, 1):
        share = Decimal(float(credit)).quantize(FINE, rounding=ROUND_HALF_UP)
        given = Decimal(1) if number == len(parts) else given + share
        until = to_cents(given * value)
        shares.append(until - before)
        before = until
    return shares


def marks_of(session: Session) -> dict[str, str]:
    """The marks of the advertisement that a session came from."""
    row = session.brought_by.row
    names = {
        "media": "utm_source",
        "ad_content": "utm_content",
        "keyword": "utm_term",
        "campaign_id": "utm_campaign",
    }
    return {own: mark(row[name]) for own, name in names.items()}


def mark(text: str | None) -> str:
    """A mark as it is compared."""
    return (text or "").strip().lower() or "(none)"


def told(conversion: Conversion) -> dict[str, Any]:
    """What every row of a conversion says."""
    return {
        "definition_code": conversion.definition["definition_code"],
        "conversion_kind": conversion.definition["conversion_kind"],
        "conversion_id": conversion.conversion_id,
        "person": conversion.person,
        "converted_at": conversion.at,
        "converted_date": conversion.at.date(),
    }


def attribute(
    conversion: Conversion, model: Rule, effects: Mapping[str, Fraction]
) -> Iterator[dict[str, Any]]:
    """The rows of a conversion by one model."""
    own = {**told(conversion), "model_code": model["model_code"]}
    if not conversion.touches:
        absent = dict.fromkeys(
            ("media", "ad_content", "keyword", "campaign_id"), "(none)"
        )
        yield {
            **own,
            **absent,
            "touch_number": 0,
            "touch_count": 0,
            "session_key": None,
            "touched_at": None,
            "channel": NOBODY,
            "credit": 1.0,
            "value": conversion.value,
        }
        return
    parts = credits_of(conversion, model, effects)
    shares = cents(parts, conversion.value)
    for number, touch in enumerate(conversion.touches, 1):
        yield {
            **own,
            **marks_of(touch),
            "touch_number": number,
            "touch_count": len(conversion.touches),
            "touched_at": touch.started_at,
            "channel": touch.channel,
            "credit": float(parts[number - 1]),
            "value": shares[number - 1],
        }
