"""The project: the models of a job, as dbt compiled them for a full build."""

import json
from pathlib import Path

import duckdb

from strata.bench.engines import Clock, Spent
from strata.warehouse import literal


def make(folder: Path, threads: int) -> Spent:
    """Make the tables of a job in a new warehouse; returns what it took."""
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    made = folder / "made/strata"
    warehouse = made / "strata.duckdb"
    warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(warehouse)) as con:
        con.execute(f"set threads = {threads}")
        con.execute("set preserve_insertion_order = false")
        con.execute("set TimeZone = 'UTC'")
        # As in every build: no as-of join as a loop over all pairs.
        con.execute("set global asof_loop_join_threshold = 0")
        for schema in plan["schemas"]:
            con.execute(f"create schema {schema}")
        for name, relation in plan["given"].items():
            file = literal(folder / f"given/{name}.parquet")
            con.execute(f"create view {relation} as from {file}")
        clock = Clock()
        con.execute("begin transaction")
        for relation, kind, query in plan["steps"]:
            con.execute(f"create {kind} {relation} as {query}")
        con.execute("commit")
        con.execute("checkpoint")
        spent = clock.spent()
        for name, query in plan["told"].items():
            file = literal(made / f"{name}.parquet")
            con.execute(f"copy ({query}) to {file} (format parquet)")
    warehouse.unlink()
    return spent
