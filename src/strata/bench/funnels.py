"""The benchmark of the funnels: the chain of the project against windowFunnel.

Random events are laid out by time, and by person and time, in a table of each engine.
Both tell how far each person came, and the answers must be equal. Every round of an
engine is a process of its own. ClickHouse comes through the package `chdb`, and is left
out where that is not installed.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from strata import StrataError, project
from strata.bench import SEED, THREADS, Step, run_dbt
from strata.bench.engines import Clock
from strata.bench.shop import call
from strata.warehouse import literal

EVENTS_PER_PERSON, DAYS = 40, 30
WINDOW = 86_400 * 1_000_000
# How often each step comes among all events; the rest are others.
SHARES = {
    "product_view": 0.3,
    "add_to_cart": 0.15,
    "begin_checkout": 0.08,
    "purchase": 0.02,
}
LAYOUTS = {"time": "event_at", "person": "user_key, event_at"}
NAMES = {
    "strata": "Strata, chain of as-of joins",
    "clickhouse": "ClickHouse, windowFunnel",
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
    ) to {file} (row_group_size 1000000)
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
        cast(null as bigint) as event_number,
        cast(null as bigint) as run_end,
        cast(null as bigint) as barred_moment,
        cast(null as bigint) as barred_by,
        steps.step_number = 1 as is_entry
    from events
    inner join (values {steps}) as steps (event_name, step_number)
        on events.event_name = steps.event_name
"""
LENGTHS = f"""
    select
        cast(1 as bigint) as funnel_number,
        cast({WINDOW} as bigint) as window_moments,
        cast(null as bigint) as next_offset,
        cast({len(SHARES)} as bigint) as step_count
"""
CLICKHOUSE = f"""
    create table work.levels engine = MergeTree order by tuple() as
    select user_key, level
    from (
        select
            user_key,
            windowFunnel({WINDOW}, 'strict_once')(
                toUInt64(toUnixTimestamp64Micro(event_at)),
                {", ".join(f"event_name = '{step}'" for step in SHARES)}
            ) as level
        from work.events
        where event_name in ({", ".join(f"'{step}'" for step in SHARES)})
        group by user_key
    )
    where level > 0
    settings max_threads = {{threads}}
"""


def bench_funnels(
    events: int, runs: int, on_progress: Callable[[str], None]
) -> Iterator[Step]:
    """Time a funnel of four steps on many events: the median of rounds in turns.

    Raises StrataError if the two engines do not agree on every person.
    """
    os.chdir(project.root())
    engines = ["strata"] + ["clickhouse"] * (find_spec("chdb") is not None)
    with tempfile.TemporaryDirectory(prefix="strata-bench-") as name:
        folder = Path(name)
        os.environ["STRATA_DUCKDB_PATH"] = str(folder / "strata.duckdb")
        on_progress("compiling the chain")
        (folder / "chain.sql").write_text(_compiled(folder), encoding="utf-8")
        on_progress(f"making {events:,} events")
        _make(folder / "events.parquet", events)
        for layout in LAYOUTS:
            for engine in engines:
                on_progress(f"laying them out by {layout}, {NAMES[engine]}")
                _call("load", engine, folder, layout)
            spent: dict[str, list[dict[str, float]]] = {each: [] for each in engines}
            for number in range(1, runs + 1):
                for engine in engines:
                    on_progress(f"{NAMES[engine]}, round {number} of {runs}")
                    spent[engine].append(_call("ask", engine, folder, layout))
            people = _compared(folder, engines)
            for engine in engines:
                for what, key in (
                    ("clock", "seconds"),
                    ("processors", "cpu_seconds"),
                ):
                    yield Step(
                        f"{NAMES[engine]}; by {layout}; {what}",
                        median(each[key] for each in spent[engine]),
                        people,
                    )


def _compiled(folder: Path) -> str:
    """The query of the chain, reading `entries` and `lengths` of this benchmark."""
    run_dbt(folder, "compile", "--full-refresh", "--select", MODEL)
    models = folder / "target/compiled/strata/models/metrics/funnels"
    query = (models / f"{MODEL}.sql").read_text(encoding="utf-8")
    for model in ("entries", "lengths"):
        relation = f'"strata"."strata_metrics"."metric_funnel_{model}"'
        query = query.replace(relation, f"bench_{model}")
    return query


def _make(file: Path, events: int) -> None:
    """Random events of random people, one step after the other by chance."""
    cases, so_far = [], 0.0
    for step, share in SHARES.items():
        so_far += share
        cases.append(f"when chance < {so_far} then '{step}'")
    with duckdb.connect() as con:
        con.execute(f"set threads = {THREADS}")
        con.execute("set preserve_insertion_order = false")
        con.execute(f"select setseed({SEED / 100})")
        con.execute(
            EVENTS.format(
                people=max(1, events // EVENTS_PER_PERSON),
                days=DAYS,
                cases=" ".join(cases),
                events=events,
                file=literal(file),
            )
        )


def _call(what: str, engine: str, folder: Path, layout: str) -> Any:
    return call("funnel", what=what, engine=engine, folder=str(folder), layout=layout)


def _compared(folder: Path, engines: list[str]) -> int:
    """How many people began; raises StrataError if not all say the same of them."""
    with duckdb.connect() as con:
        ours = f"from {literal(folder / 'strata.parquet')}"
        for engine in engines[1:]:
            theirs = f"from {literal(folder / f'{engine}.parquet')}"
            ((people,),) = con.execute(
                "select count(distinct user_key) from"
                f" ((({ours}) except all ({theirs}))"
                f" union all (({theirs}) except all ({ours})))"
            ).fetchall()
            if people:
                raise StrataError(f"The two engines disagree on {people:,} people.")
        ((people,),) = con.execute(f"select count(*) {ours}").fetchall()
        return int(people)


def do(what: str, engine: str, folder: str, layout: str) -> dict[str, float]:
    """What a process of its own does: lay the events out, or ask how far people came.

    Returns what the question took; its answer is left as Parquet.
    """
    tasks: dict[tuple[str, str], Callable[[Path, str], dict[str, float]]] = {
        ("load", "strata"): _load_duckdb,
        ("ask", "strata"): _ask_duckdb,
        ("load", "clickhouse"): _load_clickhouse,
        ("ask", "clickhouse"): _ask_clickhouse,
    }
    return tasks[what, engine](Path(folder), layout)


def _duckdb(folder: Path, layout: str) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(str(folder / f"{layout}.duckdb"))
    con.execute(f"set threads = {THREADS}")
    # As in every build: no as-of join as a loop over all pairs.
    con.execute("set global asof_loop_join_threshold = 0")
    return con


def _load_duckdb(folder: Path, layout: str) -> dict[str, float]:
    with _duckdb(folder, layout) as con:
        con.execute(
            "create table events as"
            f" from {literal(folder / 'events.parquet')} order by {LAYOUTS[layout]}"
        )
    return {}


def _ask_duckdb(folder: Path, layout: str) -> dict[str, float]:
    steps = ", ".join(f"('{step}', {number})" for number, step in enumerate(SHARES, 1))
    chain = (folder / "chain.sql").read_text(encoding="utf-8")
    with _duckdb(folder, layout) as con:
        con.execute("set preserve_insertion_order = false")
        con.execute("create temp view bench_entries as " + ENTRIES.format(steps=steps))
        con.execute("create temp view bench_lengths as " + LENGTHS)
        con.execute("drop table if exists levels")
        clock = Clock()
        con.execute(
            "create table levels as"
            " select chain_key as user_key, max(reached_step) as level"
            f" from ({chain}) group by chain_key"
        )
        spent = clock.spent()
        con.execute(f"copy levels to {literal(folder / 'strata.parquet')}")
    return asdict(spent)


def _load_clickhouse(folder: Path, layout: str) -> dict[str, float]:
    from chdb.session import Session

    with Session(str(folder / f"{layout}.clickhouse")) as session:
        session.query("create database work")
        session.query(
            "create table work.events (user_key String, event_at DateTime64(6),"
            " event_name LowCardinality(String))"
            f" engine = MergeTree order by ({LAYOUTS[layout]})"
        )
        file = folder / "events.parquet"
        session.query(f"insert into work.events select * from file('{file}')")
        session.query("optimize table work.events final")
    return {}


def _ask_clickhouse(folder: Path, layout: str) -> dict[str, float]:
    from chdb.session import Session

    with Session(str(folder / f"{layout}.clickhouse")) as session:
        session.query("drop table if exists work.levels")
        clock = Clock()
        session.query(CLICKHOUSE.format(threads=THREADS))
        spent = clock.spent()
        session.query(
            "select user_key, toInt64(level) as level from work.levels"
            f" into outfile '{folder / 'clickhouse.parquet'}' truncate format Parquet"
            " settings output_format_parquet_string_as_string = 1"
        )
    return asdict(spent)
