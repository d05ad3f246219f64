"""Rows of one raw table alone: what has no news is passed over, and nothing else."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from warehouses import WITHOUT_TESTS, Warehouse

from incremental.equality import assert_equal
from strata.simulate import simulate

pytestmark = [pytest.mark.xdist_group("drops"), pytest.mark.proof]
ROWS = 2
# What other tables hold goes one way, into the acts of a person.
ALONE = ("events", "orders", "refunds", "users", "identity_links", "ad_spend")


def test_rows_of_each_table_that_come_alone_are_taken_up(
    tmp_path: Path, new_warehouse: Callable[[str], Warehouse]
) -> None:
    """The last two rows of each raw table come in a build of their own."""
    simulate(tmp_path, users=15, days=90, seed=3, end_date=date(2026, 6, 30))
    grown = new_warehouse("grown")
    grown.load_folder(tmp_path)
    full = grown.copy(new_warehouse("full"))
    files = {file.stem: file for file in tmp_path.glob("*.parquet")}
    count = "(select count(*) from raw.{})"
    for table in files:
        last = f"{count.format(table)} - {ROWS}"
        grown.execute(f"delete from raw.{table} where rowid >= {last}")
    grown.build(*WITHOUT_TESTS)
    for delivery in (*((table,) for table in ALONE), sorted({*files} - {*ALONE})):
        for table in delivery:
            grown.execute(
                f"insert into raw.{table} from"
                f" (select * from '{files[table]}' offset {count.format(table)})"
            )
        grown.build(*WITHOUT_TESTS)
    full.build(*WITHOUT_TESTS)
    for table in files:
        rows = f"from raw.{table} order by all"
        assert grown.rows(rows) == full.rows(rows)
    assert_equal(grown, full, "grown", "full")
