"""What a share may be, given how few were counted: Wilson, by bisection."""

from collections.abc import Callable
from math import sqrt
from statistics import NormalDist


def z_of(confidence: float) -> float:
    """The standard deviations that a two-sided interval reaches."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _root(above: Callable[[float], bool], low: float, high: float) -> float:
    """Where a test turns from true to false between two numbers."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if above(middle) else (low, middle)
    return low


def low_share(part: int, whole: int, z: float) -> float:
    """The least true share from which so many do not lie z deviations away."""
    share = part / whole
    return _root(
        lambda true: share - true > z * sqrt(true * (1 - true) / whole), 0.0, share
    )


def high_share(part: int, whole: int, z: float) -> float:
    """The greatest such share."""
    return 1 - low_share(whole - part, whole, z)
