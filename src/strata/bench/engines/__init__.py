"""The engines: each makes a job from `given` of its folder and leaves it in `made`.

Every module has `make(folder, threads)`, which returns what the work took, from the
input files to a result on disk.
"""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock, and seconds of all processors."""

    seconds: float
    cpu_seconds: float


class Clock:
    """Runs from when it is made."""

    def __init__(self) -> None:
        """Begin."""
        self._began = time.monotonic(), time.process_time()

    def spent(self) -> Spent:
        """What has passed since."""
        wall, cpu = self._began
        return Spent(time.monotonic() - wall, time.process_time() - cpu)
