"""The benchmark of the tags: the SQL of the models on many people.

A small simulated shop is built in a scratch warehouse, and its people are copied under
new keys until there are enough. Then the models run as dbt compiled them.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from strata import project
from strata.bench import BEST_OF, SEED, THREADS, Step, run_dbt
from strata.bench.shop import WITHOUT_TESTS
from strata.simulate import simulate

USERS, DAYS = 2000, 400
# What the tags read, and which of its rows are copied.
COPIED = {
    "strata_features.feat_user_snapshots": "is_current",
    "strata_scores.score_user_rfm": "is_current",
    "strata_tiers.tier_user_history": "is_current",
}
MODELS = (
    "tag_user_tiers",
    "tag_user_vectors",
    "tag_user_verdicts",
    "tag_recent_verdicts",
    "tag_unassessed_sets",
    "tag_user_statuses",
)


def bench_tags(
    people: int, tags: int, on_progress: Callable[[str], None]
) -> Iterator[Step]:
    """Time the tags of many people on one date; of the tags only the first few.

    Raises StrataError if the scratch warehouse cannot be built.
    """
    os.chdir(project.root())
    with tempfile.TemporaryDirectory(prefix="strata-bench-") as folder:
        warehouse = Path(folder) / "strata.duckdb"
        os.environ["STRATA_DUCKDB_PATH"] = str(warehouse)
        on_progress("building a small shop")
        _build(Path(folder), warehouse)
        queries = _compiled(Path(folder))
        with duckdb.connect(str(warehouse)) as con:
            con.execute(f"set threads = {THREADS}")
            con.execute("set preserve_insertion_order = false")
            on_progress("copying its people")
            _multiply(con, people)
            _keep_first_tags(con, tags)
            yield from _timed(con, queries, on_progress)


def _build(folder: Path, warehouse: Path) -> None:
    """A warehouse of a small shop."""
    raw = folder / "raw"
    simulate(raw, users=USERS, days=DAYS, seed=SEED)
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema raw")
        for file in sorted(raw.glob("*.parquet")):
            con.execute(f"create table raw.{file.stem} as from '{file}'")
    run_dbt(folder, "build", *WITHOUT_TESTS)


def _compiled(folder: Path) -> dict[str, str]:
    """The queries of the models, as a full build runs them."""
    run_dbt(folder, "compile", "--full-refresh", "--select", *MODELS)
    compiled = folder / "target/compiled/strata/models/tags"
    return {
        name: (compiled / f"{name}.sql").read_text(encoding="utf-8") for name in MODELS
    }


def _multiply(con: duckdb.DuckDBPyConnection, people: int) -> None:
    """Copy the people of today under new keys until there are enough."""
    ((known,),) = con.execute(
        "select count(*) from strata_features.feat_user_snapshots where is_current"
    ).fetchall()
    con.execute(
        "create temp table copies as select user_key, left(md5(user_key || '-' || n),"
        " 12) as copy_key from strata_features.feat_user_snapshots,"
        f" range({people // known + 1}) as numbers (n) where is_current limit {people}"
    )
    for table, condition in COPIED.items():
        con.execute(
            f"create temp table few as select * from {table} where {condition};"
            f" delete from {table}; insert into {table} by name"
            " select few.* replace (copies.copy_key as user_key)"
            " from few inner join copies on few.user_key = copies.user_key;"
            " drop table few"
        )


def _keep_first_tags(con: duckdb.DuckDBPyConnection, tags: int) -> None:
    """Leave the rule groups of the first tags, by code."""
    con.execute(
        "delete from strata_tags.tag_rule_groups where tag_code not in (select distinct"
        " tag_code from strata_tags.tag_rule_groups order by tag_code limit ?)",
        [tags],
    )


def _timed(
    con: duckdb.DuckDBPyConnection,
    queries: dict[str, str],
    on_progress: Callable[[str], None],
) -> Iterator[Step]:
    """The steps one after the other, each on the result of the one before."""
    made = {f'"strata"."strata_tags"."{model}"': model for model in MODELS}

    def on_results(model: str) -> str:
        query = queries[model]
        for relation, name in made.items():
            query = query.replace(relation, f"temp.{name}")
        return query

    steps = {
        "tiers": ("tag_user_tiers", on_results("tag_user_tiers")),
        "vectors of features, scores and tiers": (
            "tag_user_vectors",
            on_results("tag_user_vectors"),
        ),
        "rule groups met, people x rule groups": (
            "tag_user_verdicts",
            on_results("tag_user_verdicts"),
        ),
        "verdicts of today and of the month end before": (
            "tag_recent_verdicts",
            on_results("tag_recent_verdicts"),
        ),
        "what cannot be assessed, by set of people": (
            "tag_unassessed_sets",
            on_results("tag_unassessed_sets"),
        ),
        "tags assigned and not assessed": (
            "tag_user_statuses",
            on_results("tag_user_statuses"),
        ),
    }
    for name, (table, query) in steps.items():
        on_progress(name)
        times = []
        for _ in range(BEST_OF):
            began = time.monotonic()
            con.execute(f"create or replace temp table {table} as {query}")
            times.append(time.monotonic() - began)
        ((rows,),) = con.execute(f"select count(*) from temp.{table}").fetchall()
        yield Step(name, min(times), rows)
