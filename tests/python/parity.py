"""Whether two engines hold the same public tables, row for row."""

import json
import math
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from warehouses import manifest_file

from strata.simulate import simulate

Tables = dict[str, list[tuple[Any, ...]]]


class Readable(Protocol):
    """A warehouse of any engine."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query, as tuples."""
        ...


def simulate_shop(folder: Path) -> None:
    """Raw tables of half a year with late, doubled and bad rows."""
    simulate(
        folder,
        users=300,
        days=200,
        seed=7,
        late_share=0.05,
        duplicate_share=0.02,
        end_date=date(2026, 6, 30),
        bad_share=0.01,
    )


def public_tables(warehouse: Readable, quote: str = '"') -> Tables:
    """The rows of every public model."""
    manifest = json.loads(manifest_file().read_text(encoding="utf-8"))
    tables = {}
    for node in manifest["nodes"].values():
        if node.get("access") == "public":
            columns = ", ".join(f"{quote}{name}{quote}" for name in node["columns"])
            query = f"select {columns} from {node['schema']}.{node['alias']}"
            tables[node["name"]] = sorted(warehouse.rows(query), key=in_order)
    return tables


def in_order(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row as something that sorts alike on both engines, nulls and all."""
    return tuple(
        str(round(value, 6)) if isinstance(value, float) else str(value)
        for value in row
    )


def are_equal(ours: Any, theirs: Any) -> bool:
    """Whether two values are the same; doubles may differ by a billionth."""
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)
    return ours == theirs and isinstance(ours, Decimal) == isinstance(theirs, Decimal)


def differences(ours: Tables, theirs: Tables) -> list[str]:
    """What is not the same, with the first such row of each table."""
    found = []
    for name in sorted(ours):
        mine, others = ours[name], theirs[name]
        if len(mine) != len(others):
            found.append(f"{name}: {len(mine)} rows and {len(others)}")
            continue
        for row, other in zip(mine, others, strict=True):
            if not all(map(are_equal, row, other)):
                found.append(f"{name}: {row} and {other}")
                break
    return found
