"""Tables compared row by row and column by column, in words a person can read."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from math import isclose
from typing import Any

Record = Mapping[str, Any]

# Doubles may differ by the order of a sum; nothing else may differ at all.
TOLERANCE = 1e-9
SHOWN = 12


def agree(left: Any, right: Any) -> bool:
    """True if two values are equal, doubles up to the tolerance."""
    if left is None or right is None:
        return left is right
    if isinstance(left, float) or isinstance(right, float):
        return isclose(left, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return Decimal(left) == Decimal(right)
    return bool(left == right)


def by_key(rows: Iterable[Record], key: Sequence[str]) -> dict[tuple[Any, ...], Record]:
    """The rows by their key; two rows of one key are an error."""
    found: dict[tuple[Any, ...], Record] = {}
    for row in rows:
        place = tuple(row[column] for column in key)
        assert place not in found, f"two rows of {place}"
        found[place] = row
    return found


def differences(
    mart: Iterable[Record], oracle: Iterable[Record], key: Sequence[str]
) -> str:
    """What a mart says otherwise than its oracle, a line each; empty if nothing.

    Every row counts, and every column that the oracle knows.
    """
    found, expected = by_key(mart, key), by_key(oracle, key)
    missing = [f"missing: {expected[place]}" for place in expected.keys() - found]
    surplus = [f"surplus: {found[place]}" for place in found.keys() - expected]
    other = [
        f"{place} {column}: {found[place][column]!r} and not {value!r}"
        for place in expected.keys() & found
        for column, value in expected[place].items()
        if not agree(found[place][column], value)
    ]
    said = [*sorted(missing), *sorted(surplus), *sorted(other)]
    rest = len(said) - SHOWN
    return "\n".join([*said[:SHOWN], *([f"and {rest} more"] if rest > 0 else [])])
