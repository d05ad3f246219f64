"""The benchmark of the funnels: the chain of the project against windowFunnel.

Events are made into a Parquet file. Both engines read it and tell how far each person
came; the answers must be equal. ClickHouse runs in a process of its own, through the
package `chdb`, and is left out where that is not installed.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import duckdb

from strata import StrataError, project
from strata.bench import BEST_OF, SEED, THREADS, Step, run_dbt

EVENTS_PER_PERSON, DAYS = 40, 30
WINDOW = 86_400 * 1_000_000
# How often each step comes among all events; the rest are others.
SHARES = {
    "product_view": 0.3,
    "add_to_cart": 0.15,
    "begin_checkout": 0.08,
    "purchase": 0.02,
}
MODEL = "metric_funnel_chains"
EVENTS = """
    copy (
        select
            left(md5(cast(floor(random() * {people}) as varchar)), 12) as user_key,
            timestamp '2026-01-01' + to_microseconds(
                cast(floor(random() * {days} * 86400) as bigint) * 1000000
            ) as event_at,
            case {cases} else 'page_view' end as event_name
        from (select random() as chance from range({events}))
    ) to '{file}' (row_group_size 1000000)
"""
ENTRIES = """
    select
        cast(1 as bigint) as funnel_number,
        events.user_key as chain_key,
        '' as event_key,
        'ordered' as order_mode,
        steps.step_number,
        epoch_us(events.event_at) - epoch_us(timestamp '2020-01-01') as moment,
        moment * 4096 + steps.step_number * 256 as place_key,
        place_key as next_key,
        cast(null as bigint) as used_key,
        cast(null as bigint) as event_number,
        cast(null as bigint) as run_end,
        cast(null as bigint) as barred_moment,
        cast(null as bigint) as barred_by,
        steps.step_number = 1 as is_entry
    from '{file}' as events
    inner join (values {steps}) as steps (event_name, step_number)
        on events.event_name = steps.event_name
"""
LENGTHS = """
    select
        cast(1 as bigint) as funnel_number,
        cast({window} as bigint) as window_moments,
        cast({count} as bigint) as step_count
"""
CLICKHOUSE = """
import time, chdb
began = time.monotonic()
chdb.query('''
    select user_key, level from (
        select
            user_key,
            windowFunnel({window}, 'strict_once')(
                toUInt64(toUnixTimestamp64Micro(event_at)), {conditions}
            ) as level
        from file('{file}')
        group by user_key
    )
    where level > 0
    into outfile '{told}' truncate format Parquet
    settings max_threads = {threads}
''')
print(time.monotonic() - began)
"""


def bench_funnels(events: int, on_progress: Callable[[str], None]) -> Iterator[Step]:
    """Time a funnel of four steps on many events: the median of rounds in turns.

    Raises StrataError if the two engines do not agree on every person.
    """
    os.chdir(project.root())
    with tempfile.TemporaryDirectory(prefix="strata-bench-") as name:
        folder = Path(name)
        file, told = folder / "events.parquet", folder / "told.parquet"
        os.environ["STRATA_DUCKDB_PATH"] = str(folder / "strata.duckdb")
        on_progress("compiling the chain")
        chain = _compiled(folder)
        with duckdb.connect() as con:
            con.execute(f"set threads = {THREADS}")
            con.execute("set preserve_insertion_order = false")
            on_progress(f"making {events:,} events")
            _make(con, file, events)
            _prepare(con, file)
            with_clickhouse = find_spec("chdb") is not None
            ours, theirs = [], []
            for number in range(1, BEST_OF + 1):
                on_progress(f"round {number} of {BEST_OF}")
                ours.append(_chain(con, chain))
                if with_clickhouse:
                    theirs.append(_clickhouse(file, told))
            rows = _count(con, "levels")
            yield Step("strata: chain of as-of joins", median(ours), rows)
            if with_clickhouse:
                rows = _count(con, f"'{told}'")
                yield Step("ClickHouse: windowFunnel", median(theirs), rows)
                _compare(con, told)


def _compiled(folder: Path) -> str:
    """The query of the chain, reading `entries` and `lengths` of this benchmark."""
    run_dbt(folder, "compile", "--full-refresh", "--select", MODEL)
    models = folder / "target/compiled/strata/models/metrics/funnels"
    query = (models / f"{MODEL}.sql").read_text(encoding="utf-8")
    for model in ("entries", "lengths"):
        relation = f'"strata"."strata_metrics"."metric_funnel_{model}"'
        query = query.replace(relation, f"bench_{model}")
    return query


def _make(con: duckdb.DuckDBPyConnection, file: Path, events: int) -> None:
    """Random events of random people, one step after the other by chance."""
    cases, so_far = [], 0.0
    for step, share in SHARES.items():
        so_far += share
        cases.append(f"when chance < {so_far} then '{step}'")
    con.execute(f"select setseed({SEED / 100})")
    con.execute(
        EVENTS.format(
            people=max(1, events // EVENTS_PER_PERSON),
            days=DAYS,
            cases=" ".join(cases),
            events=events,
            file=file,
        )
    )


def _prepare(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """The events as what the chain reads."""
    steps = ", ".join(f"('{step}', {number})" for number, step in enumerate(SHARES, 1))
    con.execute(
        "create temp view bench_entries as " + ENTRIES.format(file=file, steps=steps)
    )
    con.execute(
        "create temp view bench_lengths as "
        + LENGTHS.format(window=WINDOW, count=len(SHARES))
    )


def _chain(con: duckdb.DuckDBPyConnection, chain: str) -> float:
    """Seconds of the chain, whose answer goes into a table."""
    began = time.monotonic()
    con.execute(
        "create or replace temp table levels as"
        " select chain_key, max(reached_step) as level"
        f" from ({chain}) group by chain_key"
    )
    return time.monotonic() - began


def _clickhouse(file: Path, told: Path) -> float:
    """Seconds of windowFunnel, whose answer goes into a file."""
    script = CLICKHOUSE.format(
        window=WINDOW,
        conditions=", ".join(f"event_name = '{step}'" for step in SHARES),
        file=file,
        told=told,
        threads=THREADS,
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StrataError(
            f"ClickHouse could not read the events: {done.stderr[-300:]}."
        )
    return float(done.stdout.split()[-1])


def _count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    ((rows,),) = con.execute(f"select count(*) from {relation}").fetchall()
    return int(rows)


def _compare(con: duckdb.DuckDBPyConnection, told: Path) -> None:
    """Raise StrataError if the two say otherwise of anybody."""
    ((people,),) = con.execute(
        "select count(*) from levels full join"
        f" (select cast(user_key as varchar) as user_key, level from '{told}') as told"
        " on levels.chain_key = told.user_key"
        " where levels.level is distinct from told.level"
    ).fetchall()
    if people:
        raise StrataError(f"The two engines disagree on {people:,} people.")
