"""How late the rows of each source arrived, by the kept rows alone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from oracles.raw import Row
from oracles.rules import Rule

Record = dict[str, Any]

# The time of its own that a source has, and what a first version is a version of.
TIMES = {
    "events": ("event_at", None),
    "users": ("registered_at", "user_id"),
    "identity_links": ("observed_at", None),
    "orders": ("ordered_at", "order_id"),
    "refunds": ("refunded_at", None),
    "messages": ("sent_at", None),
    "experiment_assignments": ("assigned_at", None),
    "points_ledger": ("entry_at", None),
}
SECOND = timedelta(seconds=1)

# By source, days of happening and of arrival, and seconds between.
Delays = Counter[tuple[str, date, date, int]]


def read_delays(kept: Mapping[str, Sequence[Row]]) -> Delays:
    """The rows by source, day of happening, day of arrival and delay in seconds."""
    return Counter(
        (
            source,
            row[time].date(),
            row["loaded_at"].date(),
            (row["loaded_at"] - row[time]) // SECOND,
        )
        for source, (time, entity) in TIMES.items()
        for row in _first(kept[source], time, entity)
    )


def _first(rows: Iterable[Row], time: str, entity: str | None) -> Iterator[Row]:
    """The rows that say when they happened; of each entity the one to arrive first."""
    seen = set()
    for row in sorted(
        (row for row in rows if row[time] is not None),
        key=lambda row: row["loaded_at"],
    ):
        if entity is None or row[entity] not in seen:
            yield row
        if entity is not None:
            seen.add(row[entity])


def read_lateness(delays: Delays, bands: Iterable[Rule]) -> Iterator[Record]:
    """The rows by source, day of arrival and band, with their shares."""
    ordered = sorted(bands, key=lambda rule: _end(rule))
    names = [band["delay_band"] for band in ordered]
    ends = {band["delay_band"]: band["below_seconds"] for band in ordered}
    counts: dict[tuple[str, date], Counter[str]] = {}
    for (source, _, day, seconds), count in delays.items():
        band = next(b["delay_band"] for b in ordered if seconds < _end(b))
        counts.setdefault((source, day), Counter())[band] += count
    for (source, day), by_band in counts.items():
        so_far = 0
        for name in names:
            if by_band[name]:
                so_far += by_band[name]
                yield {
                    "source_table": source,
                    "arrived_date": day,
                    "delay_band": name,
                    "below_seconds": ends[name],
                    "row_count": by_band[name],
                    "row_rate": by_band[name] / by_band.total(),
                    "arrived_rate": so_far / by_band.total(),
                }


def _end(band: Rule) -> float:
    """The delay that a band does not reach."""
    end = band["below_seconds"]
    return float("inf") if end is None else end
