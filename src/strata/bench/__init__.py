"""The benchmark: what the project costs, beside other engines and as data grow.

`shop` makes a shop of a size and builds it, `jobs` says what is compared, `inputs`
takes the shop apart for them. `engines` do them, `worker` gives each a process of its
own, `compare` looks whether they agree. `measure` goes through the parts, `results`
keeps the figures, `report` and `plot` tell them. `tags` and `funnels` time single
models.
"""

from dataclasses import dataclass
from pathlib import Path

from strata import StrataError

SEED = 7
THREADS, BEST_OF = 2, 3


@dataclass(frozen=True)
class Step:
    """What was timed, its seconds, and the rows that it is about."""

    name: str
    seconds: float
    rows: int


def run_dbt(folder: Path, *arguments: str) -> None:
    """Run dbt on the scratch warehouse."""
    # Here, since the peers measure their memory without dbt in it.
    from dbt.cli.main import dbtRunner

    places = [f"--target-path={folder / 'target'}"]
    quiet = ["--log-level=none", f"--log-path={folder / 'logs'}"]
    result = dbtRunner().invoke([*quiet, *arguments, *places])
    if not result.success:
        raise StrataError(
            "dbt could not build the scratch warehouse of the benchmark; see what "
            '"strata build" says.'
        )
