"""Whether two engines made the same tables: the same rows, in any order."""

from pathlib import Path

import duckdb

from strata import StrataError
from strata.bench.jobs import NAMES, Job
from strata.warehouse import literal, quoted


def compare(job: Job, folder: Path, peer: str) -> None:
    """Raise StrataError, with how many rows, if a peer made something else."""
    made = folder / "made"
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        for table in job.makes:
            ours = literal(made / f"strata/{table}.parquet")
            theirs = literal(made / f"{peer}/{table}.parquet")
            columns = con.execute(f"describe from {ours}").fetchall()
            names = ", ".join(quoted(name) for name, *_ in columns)
            cast = ", ".join(
                f"cast({quoted(name)} as {kind}) as {quoted(name)}"
                for name, kind, *_ in columns
            )
            con.execute(
                f"create or replace temp view ours as select {names} from {ours}"
            )
            con.execute(
                f"create or replace temp view theirs as select {cast} from {theirs}"
            )
            rows, total = _sum(con, "ours")
            if not rows:
                raise StrataError(f"There is nothing in {table} ({job.label}).")
            if (rows, total) != _sum(con, "theirs"):
                raise StrataError(_difference(con, job, table, peer))


def _sum(con: duckdb.DuckDBPyConnection, view: str) -> tuple[int, int]:
    """How many rows, and what they add up to."""
    ((count, total),) = con.execute(
        f"select count(*), sum(cast(hash({view}) as hugeint)) from {view}"
    ).fetchall()
    return count, total


def _difference(con: duckdb.DuckDBPyConnection, job: Job, table: str, peer: str) -> str:
    """One sentence that says how much differs."""
    counts = [
        con.execute(
            f"select count(*) from (from {one} except all from {other})"
        ).fetchall()[0][0]
        for one, other in (("ours", "theirs"), ("theirs", "ours"))
    ]
    return (
        f"{NAMES[peer]} does not make the same {table} ({job.label}): "
        f"{counts[0]:,} rows of ours are not there, {counts[1]:,} of theirs are not "
        "ours."
    )
