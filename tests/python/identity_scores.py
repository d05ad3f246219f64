"""How well identity finds the persons of the simulator, by policy and by reach.

`.venv/bin/python tests/python/identity_scores.py` prints the table of
docs/identity.md; it takes some minutes.
"""

import tempfile
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from oracles.identity import CONNECTED, LAST_LOGIN, NEVER_MERGE
from warehouses import Warehouse

from strata.simulate import simulate

REACHES = (0, 1, 7, 14, 30, 60, 90, 180)
Way = tuple[str, int]

# Of anonymous events on devices of several persons only the simulator knows who did
# them; of the others the account or the device tells.
TRUTH = """
    select
        events.event_id,
        owned.user_key,
        coalesce(accounts.person_id, devices.person_id, guests.person_id) as person_id,
        guests.person_id is not null as is_on_shared_device
    from strata_core.core_owned_events as owned
    inner join strata_staging.stg_strata__events as events using (event_id)
    left join '{truth}/accounts.parquet' as accounts
        on events.user_id = accounts.user_id
    left join (
        select anonymous_id, min(person_id) as person_id
        from '{truth}/devices.parquet' group by all having count(*) = 1
    ) as devices
        on events.user_id is null and events.anonymous_id = devices.anonymous_id
    left join (select distinct * from '{truth}/shared_device_events.parquet') as guests
        on events.user_id is null and events.event_id = guests.event_id
"""


@dataclass(frozen=True)
class Score:
    """Pairs of events: of one person as told, that are; and are, that are told."""

    precision: float
    recall: float
    shared_precision: float
    shared_recall: float

    @property
    def shared_balance(self) -> float:
        """The harmonic mean of precision and recall of users of shared devices."""
        product = self.shared_precision * self.shared_recall
        return 2 * product / (self.shared_precision + self.shared_recall)

    def __str__(self) -> str:
        """The cells of a row of the table."""
        shown = (
            self.precision,
            self.recall,
            self.shared_precision,
            self.shared_recall,
            self.shared_balance,
        )
        return " | ".join(f"{100 * each:.2f} %" for each in shown)


def pairs(counts: Mapping[Hashable, int]) -> int:
    """The pairs within groups of these sizes."""
    return sum(each * (each - 1) // 2 for each in counts.values())


def pairwise(found: Iterable[tuple[Hashable, Hashable]]) -> tuple[float, float]:
    """Precision and recall of pairs that share a group, by (group told, true group)."""
    both = Counter(found)
    told: Counter[Hashable] = Counter()
    true: Counter[Hashable] = Counter()
    for (group, person), count in both.items():
        told[group] += count
        true[person] += count
    return pairs(both) / pairs(told), pairs(both) / pairs(true)


def score(warehouse: Warehouse, truth: Path) -> Score:
    """The score of the owners of events in a warehouse.

    On shared devices alone: the pairs within all events of a person who used one.
    """
    with duckdb.connect(str(warehouse.path), read_only=True) as con:
        rows = con.execute(TRUTH.format(truth=truth)).fetchall()
    assert all(person is not None for _, _, person, _ in rows)
    guests = {person for _, _, person, is_shared in rows if is_shared}
    all_pairs = pairwise((key, person) for _, key, person, _ in rows)
    some_pairs = pairwise((key, p) for _, key, p, _ in rows if p in guests)
    return Score(*all_pairs, *some_pairs)


def build(warehouse: Warehouse, policy: str, gap: int) -> None:
    """Build the owners of events by a policy and a reach of logins."""
    warehouse.execute(
        f"update strata_rules.strata__identity_types set login_gap_days = {gap}"
        " where id_type = 'anonymous_id'"
    )
    outcome = warehouse.dbt(
        "run",
        "--select",
        "+core_owned_events",
        variables={"strata__identity_policy": policy},
    )
    assert outcome.success, outcome.failed or outcome.messages[-5:]


def measure(
    warehouse: Warehouse, folder: Path, users: int, days: int, reaches: Sequence[int]
) -> Iterator[tuple[Way, Score]]:
    """The scores of every policy, and of the first one by every reach."""
    simulate(folder, users=users, days=days, seed=5, end_date=date(2026, 6, 30))
    warehouse.load_folder(folder)
    warehouse.seed()
    shipped = shipped_reach(warehouse)
    for policy in (CONNECTED, NEVER_MERGE, LAST_LOGIN):
        for reach in reaches if policy == CONNECTED else (shipped,):
            build(warehouse, policy, reach)
            yield (policy, reach), score(warehouse, folder / "truth")


def shipped_reach(warehouse: Warehouse) -> int:
    """The reach of logins in the seed."""
    days: int = warehouse.value(
        "select login_gap_days from strata_rules.strata__identity_types"
        " where id_type = 'anonymous_id'"
    )
    return days


def main() -> None:
    """Measure on many persons over two years and print a row a way."""
    with tempfile.TemporaryDirectory() as name:
        warehouse = Warehouse(Path(name) / "strata.duckdb")
        for (policy, reach), found in measure(
            warehouse, Path(name) / "raw", 30_000, 730, REACHES
        ):
            print(f"| `{policy}` | {reach} | {found} |", flush=True)


if __name__ == "__main__":
    main()
